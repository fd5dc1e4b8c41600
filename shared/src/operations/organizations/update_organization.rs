//! Changing what an organization says of itself.

use jiff::Timestamp;

use crate::domain::{AccessDenied, Organization, OrganizationId, OrganizationPatch, Permission, RateLimit};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum UpdateOrganizationError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error("the slug belongs to another organization")]
    SlugTaken,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(UpdateOrganizationError);

impl From<AccessDenied> for UpdateOrganizationError {
    fn from(denied: AccessDenied) -> Self {
        match denied {
            AccessDenied::NotAMember => Self::NotAMember,
            AccessDenied::NotPermitted => Self::NotPermitted,
        }
    }
}

/// How often organization and caller are looked at again when another request was writing them.
const ROUNDS: usize = 8;

impl Core {
    pub async fn update_organization(
        &self,
        caller: &Caller,
        id: OrganizationId,
        patch: OrganizationPatch,
        now: Timestamp,
    ) -> Result<Organization, UpdateOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let access = &self.settings.organizations.roles;
            let membership = access.authorize(&caller.user, id, Permission::UPDATE_ORGANIZATION)?;
            let seen = self.store.find_organization(id).await?;
            let seen = seen.ok_or(UpdateOrganizationError::NotAMember)?;
            if patch.is_empty() {
                return Ok(seen);
            }
            let changes = Changes::new()
                .update_organization(&seen, &patch)
                .expect_member(caller.user.id, membership);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(seen.patched(patch)),
                Err(CommitError::Conflict(Conflict::SlugTaken)) => return Err(UpdateOrganizationError::SlugTaken),
                Err(CommitError::Conflict(Conflict::OrganizationMoved | Conflict::UserMoved)) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
