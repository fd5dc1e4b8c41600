//! Changing the roles of a member.

use jiff::Timestamp;

use crate::domain::{MemberRoles, Membership, OrganizationId, Permission, RoleName, User, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Level, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct ChangeMemberRoles {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub roles: MemberRoles,
    /// Whether only owners give and take the role `admin`. Otherwise all members do who have its rights.
    pub owners_rank_admins: bool,
}

refusals! {
    pub enum ChangeMemberRolesError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        MemberNotFound: NotFound = "the organization has no such member",
        /// The caller may not change the roles of this member, or may not grant the requested ones.
        NotPermitted: Forbidden = "the caller's role does not permit it",
        UnknownRole(RoleName): Invalid = "there is no role {0}",
        LastOwner: Conflict on LastOwner | LastAdministrator = "the organization would be left without an owner",
    }
}

impl Core {
    /// Returns the member with the new roles. A session without a step-up makes no user an owner, and takes ownership
    /// from none.
    pub async fn change_member_roles(
        &self,
        caller: &Caller,
        command: ChangeMemberRoles,
        now: Timestamp,
    ) -> Result<(User, Membership), ChangeMemberRolesError> {
        let id = command.organization_id;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let own = caller.user.membership(id).ok_or(ChangeMemberRolesError::NotAMember)?;
            let member = self.store.find_user(command.user_id).await?;
            let member = member.ok_or(ChangeMemberRolesError::MemberNotFound)?;
            let seen = member.membership(id).ok_or(ChangeMemberRolesError::MemberNotFound)?;
            if command.owners_rank_admins && !own.roles.is_owner() && (seen.roles.lead() || command.roles.lead()) {
                return Err(ChangeMemberRolesError::NotPermitted);
            }
            self.may_change_roles(&caller, own, seen, &command.roles)?;
            let next = seen.with_roles(&command.roles, now);
            if next.roles.is_owner() != seen.roles.is_owner() {
                StepUp::check(&caller, &self.settings.sessions, now)?;
            }
            let changes = Changes::new()
                .change_membership(&member, &next)
                .move_owners(id, &seen.roles, &next.roles)
                .require_writable(id, now);
            if attempts.commit(changes).await? {
                return Ok((member, next));
            }
        }
    }

    fn may_change_roles(
        &self,
        caller: &Caller,
        own: &Membership,
        other: &Membership,
        roles: &MemberRoles,
    ) -> Result<(), ChangeMemberRolesError> {
        let access = &self.settings.organizations.roles;
        let may = access.permit(&own.roles, &Permission::UPDATE_MEMBER.into());
        if !may || !access.outrank(&own.roles, &other.roles) || !self.may_grant(caller, own, roles)? {
            return Err(ChangeMemberRolesError::NotPermitted);
        }
        match access.unknown(roles).next() {
            Some(unknown) => Err(ChangeMemberRolesError::UnknownRole(unknown.clone())),
            None => Ok(()),
        }
    }
}
