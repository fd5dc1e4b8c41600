//! A user's own profile: who it is, and the organizations that it is in, one of which is its own.

use jiff::Timestamp;

use crate::domain::{Membership, Organization, OrganizationKind, RateLimit, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct OwnProfile {
    pub user: User,
    pub solo: Organization,
    /// The solo one among them, in the order of joining.
    pub memberships: Vec<(Membership, Organization)>,
}

#[derive(Debug, thiserror::Error)]
pub enum ShowProfileError {
    /// The user was deleted meanwhile.
    #[error("the user is gone")]
    Gone,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ShowProfileError);

/// How often the user is looked at again when another request was writing it.
const ROUNDS: usize = 8;

impl Core {
    pub async fn show_profile(&self, caller: &Caller, now: Timestamp) -> Result<OwnProfile, ShowProfileError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        self.profile_of(caller.user.clone(), now).await
    }

    /// Of a user as it was just read or written. Whoever has no organization of its own, because it came by a contract that knows none,
    /// gets one.
    pub async fn profile_of(&self, mut user: User, now: Timestamp) -> Result<OwnProfile, ShowProfileError> {
        for _ in 0..ROUNDS {
            let memberships = self.memberships_of(&user).await?;
            let own = memberships
                .iter()
                .find(|(_, joined)| joined.kind == OrganizationKind::Solo);
            if let Some((_, solo)) = own {
                return Ok(OwnProfile {
                    solo: solo.clone(),
                    user,
                    memberships,
                });
            }
            let id = user.id;
            let changes = self.add_solo_organization(Changes::new(), &mut user, now).await?;
            match self.store.commit(changes.update_user(&user)).await {
                Ok(()) | Err(CommitError::Conflict(Conflict::UserMoved)) => {
                    user = self.store.find_user(id).await?.ok_or(ShowProfileError::Gone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn memberships_of(&self, user: &User) -> Result<Vec<(Membership, Organization)>, Interruption> {
        let found = self.organizations_of(user).await?;
        let with_membership =
            |organization: Organization| Some((user.membership(organization.id)?.clone(), organization));
        Ok(found.into_iter().filter_map(with_membership).collect())
    }
}
