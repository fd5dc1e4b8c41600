//! Showing the own profile: the user and the organizations that the user is a member of, one of which is the user's
//! own.

use jiff::Timestamp;

use crate::domain::{Membership, Organization, OrganizationKind, RateLimit, User};
use crate::operations::prelude::*;
use crate::store::Changes;

#[derive(Debug)]
pub struct OwnProfile {
    pub user: User,
    pub solo: Organization,
    /// The organizations that are not suspended, including the solo one, in the order of joining.
    pub memberships: Vec<(Membership, Organization)>,
}

refusals! {
    pub enum ShowProfileError {
        /// The user was deleted in the meantime.
        Gone: Unauthenticated = "the user is gone",
    }
}

impl Core {
    pub async fn show_profile(&self, caller: &Caller, now: Timestamp) -> Result<OwnProfile, ShowProfileError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        self.profile_of(caller.user.clone(), now).await
    }

    /// The profile of a user as just read or written. A user who signed up by a contract without organizations gets a
    /// solo organization now.
    pub async fn profile_of(&self, mut user: User, now: Timestamp) -> Result<OwnProfile, ShowProfileError> {
        let mut retries = self.retries(now);
        loop {
            let organizations = self.memberships_of(&user, now).await?;
            let own = organizations
                .iter()
                .find(|(_, joined)| joined.kind == OrganizationKind::Solo);
            if let Some((_, solo)) = own {
                return Ok(OwnProfile {
                    solo: solo.clone(),
                    memberships: organizations
                        .into_iter()
                        .filter(|(membership, _)| !membership.suspended)
                        .collect(),
                    user,
                });
            }
            let id = user.id;
            let changes = self.add_solo_organization(Changes::new(), &mut user, now).await?;
            retries.commit(changes.update_user(&user)).await?;
            user = self.store.find_user(id).await?.ok_or(ShowProfileError::Gone)?;
        }
    }

    /// With those that are suspended: a suspension must not give the user another solo organization.
    async fn memberships_of(
        &self,
        user: &User,
        now: Timestamp,
    ) -> Result<Vec<(Membership, Organization)>, Interruption> {
        let ids: Vec<_> = user
            .memberships
            .iter()
            .map(|membership| membership.organization_id)
            .collect();
        let organizations = self.store.find_undissolved_organizations(&ids).await?;
        let with_membership = |organization: Organization| {
            let membership = user.membership_in_any_state(organization.id)?.clone();
            Some((membership, organization.as_of(now)))
        };
        Ok(organizations.into_iter().filter_map(with_membership).collect())
    }
}
