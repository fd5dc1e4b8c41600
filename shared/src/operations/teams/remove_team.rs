//! Removing a team. Its members stop being in it: where a removed team is still stored with a membership, it counts for
//! nothing.

use jiff::Timestamp;

use crate::domain::{OrganizationId, Permission, TeamId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;
use crate::store::Changes;

#[derive(Debug, thiserror::Error)]
pub enum RemoveTeamError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error("the organization has no such team")]
    NotFound,
    #[error("the team is the active one of the caller's session")]
    IsActive,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(RemoveTeamError {
    NotAMember: NotFound on OrganizationGone,
    NotPermitted: Forbidden,
    NotFound: NotFound on TeamGone,
    IsActive: Conflict,
} denied NotAMember, NotPermitted);

impl Core {
    pub async fn remove_team(
        &self,
        caller: &Caller,
        (organization, id): (OrganizationId, TeamId),
        now: Timestamp,
    ) -> Result<(), RemoveTeamError> {
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            if caller.user.membership(organization).is_some() && caller.session.active_team == Some(id) {
                return Err(RemoveTeamError::IsActive);
            }
            access.authorize(&caller.user, organization, Permission::DELETE_TEAM)?;
            if attempts.commit(Changes::new().delete_team(organization, id)).await? {
                return Ok(());
            }
        }
    }
}
