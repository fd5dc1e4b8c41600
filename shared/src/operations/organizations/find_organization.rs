//! Looking at organizations, as their members may.

use crate::domain::{Membership, Organization, OrganizationId, Slug, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;

/// How an organization is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrganizationName {
    Id(OrganizationId),
    Slug(Slug),
}

#[derive(Debug, thiserror::Error)]
pub enum FindOrganizationError {
    #[error("there is no such organization")]
    NotFound,
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(FindOrganizationError);

impl Core {
    pub async fn find_organization(
        &self,
        caller: &Caller,
        name: &OrganizationName,
    ) -> Result<Organization, FindOrganizationError> {
        let organization = self.organization_named(name).await?;
        let organization = organization.ok_or(FindOrganizationError::NotFound)?;
        match caller.user.membership(organization.id) {
            Some(_) => Ok(organization),
            None => Err(FindOrganizationError::NotAMember),
        }
    }

    /// The caller's, in the order of joining. One round trip for a hundred.
    pub async fn list_organizations(&self, caller: &Caller) -> Result<Vec<Organization>, Interruption> {
        self.organizations_of(&caller.user).await
    }

    /// One that is being dissolved is gone.
    pub(in crate::operations) async fn organizations_of(&self, user: &User) -> Result<Vec<Organization>, Interruption> {
        let memberships = user.memberships.iter();
        let ids: Vec<_> = memberships.map(|membership| membership.organization_id).collect();
        Ok(self.store.find_organizations(&ids).await?)
    }

    /// `None`: it is not free.
    pub async fn check_slug(&self, slug: &Slug) -> Result<bool, Interruption> {
        Ok(self.store.find_slug(slug).await?.is_none())
    }

    pub(in crate::operations) async fn organization_named(
        &self,
        name: &OrganizationName,
    ) -> Result<Option<Organization>, Interruption> {
        let id = match name {
            OrganizationName::Id(id) => Some(*id),
            OrganizationName::Slug(slug) => self.store.find_slug(slug).await?,
        };
        match id {
            Some(id) => Ok(self.store.find_organization(id).await?),
            None => Ok(None),
        }
    }

    /// The caller's membership in an organization that is there: one read, because what a member may do is known from the session
    /// check.
    pub(in crate::operations) async fn membership<'a>(
        &self,
        caller: &'a Caller,
        organization: OrganizationId,
    ) -> Result<Option<&'a Membership>, Interruption> {
        let Some(membership) = caller.user.membership(organization) else {
            return Ok(None);
        };
        let found = self.store.find_organization(organization).await?;
        Ok(found.map(|_| membership))
    }
}
