//! Choosing the organization that a session acts for. Nobody acts for one that they are not a member of: a session check passes over
//! what a session says here once the membership is gone.

use jiff::Timestamp;

use crate::domain::{Organization, OrganizationId, RateLimit};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::organizations::find_organization::OrganizationName;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum SetActiveOrganizationError {
    /// Only of a slug: who asks by an id is told no more than an outsider.
    #[error("there is no such organization")]
    NotFound,
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(SetActiveOrganizationError);

impl Core {
    pub async fn set_active_organization(
        &self,
        caller: &mut Caller,
        name: &OrganizationName,
        now: Timestamp,
    ) -> Result<Organization, SetActiveOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let found = self.organization_named(name).await?;
        let organization = match (found, name) {
            (Some(organization), _) if caller.user.membership(organization.id).is_some() => organization,
            (None, OrganizationName::Slug(_)) => return Err(SetActiveOrganizationError::NotFound),
            _ => return Err(SetActiveOrganizationError::NotAMember),
        };
        self.act_for(caller, Some(organization.id)).await?;
        Ok(organization)
    }

    /// The session acts for none from now on.
    pub async fn clear_active_organization(
        &self,
        caller: &mut Caller,
        now: Timestamp,
    ) -> Result<(), SetActiveOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        self.act_for(caller, None).await
    }

    async fn act_for(
        &self,
        caller: &mut Caller,
        organization: Option<OrganizationId>,
    ) -> Result<(), SetActiveOrganizationError> {
        let changes = Changes::new().activate_organization(caller.user.id, caller.session.id, organization);
        match self.store.commit(changes).await {
            Ok(()) => {
                caller.session.active_organization = organization;
                Ok(())
            }
            Err(CommitError::Conflict(Conflict::SessionGone)) => Err(Interruption::SessionGone.into()),
            Err(error) => Err(error.into()),
        }
    }
}
