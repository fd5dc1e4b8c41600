//! Leaving an organization. Its last owner stays.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Level, StepUp};
use crate::store::Changes;

refusals! {
    pub enum LeaveOrganizationError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        LastOwner: Conflict on LastOwner | LastAdministrator = "the organization would be left without an owner",
    }
}

impl Core {
    /// Returns the membership that ended. An owner needs a step-up.
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
            if membership.roles.is_owner() {
                StepUp::check(&caller, &self.settings.sessions, now)?;
            }
            let changes = Changes::new()
                .update_user(&user.without_membership(id))
                .delete_member(user.id, membership);
            if attempts.commit(changes).await? {
                return Ok(membership.clone());
            }
        }
    }
}
