//! Choosing the organization that a session acts for. A session check ignores the choice once the user is no longer a
//! member.

use jiff::Timestamp;

use crate::domain::{Organization, OrganizationId, RateLimit};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::organizations::locate_organization::{OrganizationName, located};
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;
use crate::store::Changes;

#[derive(Debug, thiserror::Error)]
pub enum SetActiveOrganizationError {
    /// Only for a slug.
    #[error("there is no such organization")]
    NotFound,
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(SetActiveOrganizationError {
    NotFound: NotFound,
    NotAMember: Forbidden,
});
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

    /// The session acts for no organization from now on.
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
