//! Choosing the organization that a session acts for. A session check ignores the choice once the user is no longer a
//! member.

use jiff::Timestamp;

use crate::domain::{Organization, OrganizationId, RateLimit};
use crate::operations::organizations::locate_organization::{OrganizationName, located};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum SetActiveOrganizationError {
        /// Only for a slug.
        NotFound: NotFound = "there is no such organization",
        NotAMember: Forbidden = "the caller is not a member of the organization",
    }
}
located!(SetActiveOrganizationError);

impl Core {
    pub async fn set_active_organization(
        &self,
        caller: &mut Caller,
        name: &OrganizationName,
        now: Timestamp,
    ) -> Result<Organization, SetActiveOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let (organization, _) = self.own_organization(caller, name).await?;
        self.activate_organization(caller, Some(organization.id), now).await?;
        Ok(organization)
    }

    /// Makes no organization active in the session.
    pub async fn clear_active_organization(
        &self,
        caller: &mut Caller,
        now: Timestamp,
    ) -> Result<(), SetActiveOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        self.activate_organization(caller, None, now).await
    }

    async fn activate_organization(
        &self,
        caller: &mut Caller,
        organization: Option<OrganizationId>,
        now: Timestamp,
    ) -> Result<(), SetActiveOrganizationError> {
        let changes = Changes::new().activate_organization(caller.user.id, caller.session.id, organization);
        self.retries(now).commit_once(changes).await?;
        caller.session.active_organization = organization;
        Ok(())
    }
}
