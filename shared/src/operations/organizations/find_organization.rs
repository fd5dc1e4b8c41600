//! One organization, for its members.

use crate::domain::Organization;
use crate::operations::organizations::locate_organization::OrganizationName;
use crate::operations::prelude::*;

refusals! {
    pub enum FindOrganizationError {
        NotFound: NotFound = "there is no such organization",
        NotAMember: Forbidden = "the caller is not a member of the organization",
    }
}

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
