//! Showing a user with the organizations of which the user is a member.

use crate::domain::{Membership, Organization, OrganizationId, User, UserId, UserStatus};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_users::platform_user_error::PlatformUserError;
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct PlatformUser {
    pub user: User,
    /// In the order of joining.
    pub memberships: Vec<(Membership, Organization)>,
}

impl Core {
    pub async fn show_platform_user(&self, _: &AdminCaller, id: UserId) -> Result<PlatformUser, PlatformUserError> {
        let user = self.platform_user(id).await?;
        Ok(self.with_organizations(user).await?)
    }

    /// The user as just read.
    pub(super) async fn platform_user(&self, id: UserId) -> Result<User, PlatformUserError> {
        let user = self.store.find_user(id).await?;
        let user = user.filter(|user| user.status != UserStatus::Deleted);
        user.ok_or(PlatformUserError::UserNotFound)
    }

    pub(super) async fn with_organizations(&self, user: User) -> Result<PlatformUser, Interruption> {
        let joined = user.memberships.iter().cloned();
        let ids: Vec<OrganizationId> = user.memberships.iter().map(|joined| joined.organization_id).collect();
        let organizations = self.store.find_undissolved_organizations(&ids).await?;
        let memberships = joined.filter_map(|membership| {
            let of_it = |organization: &&Organization| organization.id == membership.organization_id;
            let organization = organizations.iter().find(of_it)?.clone();
            Some((membership, organization))
        });
        let memberships = memberships.collect();
        Ok(PlatformUser { user, memberships })
    }
}
