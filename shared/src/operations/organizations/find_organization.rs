//! One organization, for its members.

use crate::domain::Organization;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::organizations::locate_organization::OrganizationName;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;

#[derive(Debug, thiserror::Error)]
pub enum FindOrganizationError {
    #[error("there is no such organization")]
    NotFound,
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(FindOrganizationError {
    NotFound: NotFound,
    NotAMember: Forbidden,
});

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
}
