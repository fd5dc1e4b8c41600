//! Showing a user with the organizations of which the user is a member.

use std::collections::{BTreeMap, BTreeSet};

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
        let mut shown = self.with_their_organizations(vec![user]).await?;
        Ok(shown.remove(0))
    }

    /// One read for each hundred organizations, whichever users they are of.
    pub(super) async fn with_their_organizations(&self, users: Vec<User>) -> Result<Vec<PlatformUser>, Interruption> {
        let joined = users.iter().flat_map(|user| &user.memberships);
        let ids: BTreeSet<OrganizationId> = joined.map(|membership| membership.organization_id).collect();
        let ids: Vec<OrganizationId> = ids.into_iter().collect();
        let organizations = self.store.find_undissolved_organizations(&ids).await?;
        let organizations: BTreeMap<OrganizationId, Organization> = organizations
            .into_iter()
            .map(|organization| (organization.id, organization))
            .collect();
        let shown = users.into_iter().map(|user| {
            let joined = user.memberships.iter().cloned();
            let memberships = joined.filter_map(|membership| {
                let organization = organizations.get(&membership.organization_id)?.clone();
                Some((membership, organization))
            });
            let memberships = memberships.collect();
            PlatformUser { user, memberships }
        });
        Ok(shown.collect())
    }
}
