//! Leaving an organization. Its last owner stays.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;
use crate::store::Changes;

#[derive(Debug, thiserror::Error)]
pub enum LeaveOrganizationError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the organization would be left without an owner")]
    LastOwner,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(LeaveOrganizationError {
    NotAMember: NotFound on OrganizationGone,
    LastOwner: Conflict on LastOwner,
});

impl Core {
    /// Returns the membership that ended.
    pub async fn leave_organization(
        &self,
        caller: &Caller,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Membership, LeaveOrganizationError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let user = &caller.user;
            let membership = user.membership(id).ok_or(LeaveOrganizationError::NotAMember)?;
            let changes = Changes::new()
                .update_user(&user.without_membership(id))
                .delete_member(user.id, membership);
            if attempts.commit(changes).await? {
                return Ok(membership.clone());
            }
        }
    }
}
