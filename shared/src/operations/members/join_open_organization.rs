//! Joining an organization that any user may join, without an invitation.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId, OrganizationRole};
use crate::operations::organizations::expect_writable;
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum JoinOpenOrganizationError {
        NotFound: NotFound on OrganizationGone = "there is no such organization",
        NotOpen: Forbidden = "users join the organization by invitation only",
        AlreadyMember: Conflict on AlreadyMember = "the caller is a member already",
        NoSeat: Limit on NoSeat = "the organization has no free seat",
        TooManyOrganizations: Limit = "the caller is a member of as many organizations as a user may be",
    }
}

impl Core {
    /// The caller becomes a member without rights. The session keeps its active organization.
    pub async fn join_open_organization(
        &self,
        caller: &Caller,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Membership, JoinOpenOrganizationError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            // The user would be a member after the impersonation.
            caller.expect_in_person()?;
            if caller.user.membership_in_any_state(id).is_some() {
                return Err(JoinOpenOrganizationError::AlreadyMember);
            }
            let organization = self.store.find_organization(id).await?;
            let organization = organization.ok_or(JoinOpenOrganizationError::NotFound)?;
            if !organization.open_join {
                return Err(JoinOpenOrganizationError::NotOpen);
            }
            expect_writable(&organization, now)?;
            let limits = self.seat_limits_of(&organization).await?;
            if !limits.has_free_seat(&organization) || !limits.has_free_active_seat(&organization) {
                return Err(JoinOpenOrganizationError::NoSeat);
            }
            if !self.settings.organizations.may_join_another(&caller.user) {
                return Err(JoinOpenOrganizationError::TooManyOrganizations);
            }
            let membership = Membership::new(id, organization.number, OrganizationRole::Member, now);
            let mut user = caller.user.clone();
            user.memberships.push(membership.clone());
            let changes = Changes::new()
                .take_unreserved_seat(&organization, &membership.roles, &limits)
                .require_open_join(id)
                .create_member(&user, &membership)
                .update_user(&user);
            if attempts.commit(changes).await? {
                return Ok(membership);
            }
        }
    }
}
