//! One organization, for its members.

use jiff::Timestamp;

use crate::domain::{Organization, RateLimit};
use crate::operations::organizations::locate_organization::OrganizationName;
use crate::operations::prelude::*;

refusals! {
    pub enum FindOrganizationError {
        NotFound: NotFound = "there is no such organization",
        NotAMember: Forbidden = "the caller is not a member of the organization",
        Suspended: Forbidden = "the organization is suspended",
    }
}

impl Core {
    /// The same for a contract that counts each request of a user.
    pub async fn show_organization(
        &self,
        caller: &Caller,
        name: &OrganizationName,
        now: Timestamp,
    ) -> Result<Organization, FindOrganizationError> {
        self.count_request(caller, now).await?;
        self.find_organization(caller, name).await
    }

    /// Counts a request that only reads against the limit of the user.
    pub async fn count_request(&self, caller: &Caller, now: Timestamp) -> Result<(), Interruption> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await
    }

    pub async fn find_organization(
        &self,
        caller: &Caller,
        name: &OrganizationName,
    ) -> Result<Organization, FindOrganizationError> {
        let id = self.id_named(name).await?.ok_or(FindOrganizationError::NotFound)?;
        let membership = caller.user.membership_in_any_state(id);
        if membership.is_some_and(|membership| membership.suspended) {
            return Err(FindOrganizationError::Suspended);
        }
        let organization = self.store.find_organization(id).await?;
        let organization = organization.ok_or(FindOrganizationError::NotFound)?;
        membership.ok_or(FindOrganizationError::NotAMember)?;
        Ok(organization)
    }
}
