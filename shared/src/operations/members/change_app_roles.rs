//! Changing the roles that a member has in the applications of an organization. They grant nothing here.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId, Permission, User, UserId};
use crate::operations::prelude::*;
use crate::store::Changes;

#[derive(Debug)]
pub struct ChangeAppRoles {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub app_roles: Vec<String>,
}

refusals! {
    pub enum ChangeAppRolesError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        MemberNotFound: NotFound = "the organization has no such member",
        NotPermitted: Forbidden = "the caller's role does not permit it",
        UnknownRole: Invalid = "no application has one of the roles",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    /// Returns the member with the new roles in place of the former ones.
    pub async fn change_app_roles(
        &self,
        caller: &Caller,
        command: ChangeAppRoles,
        now: Timestamp,
    ) -> Result<(User, Membership), ChangeAppRolesError> {
        let id = command.organization_id;
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            access.authorize(&attempts.caller().user, id, Permission::UPDATE_MEMBER)?;
            let member = self.store.find_user(command.user_id).await?;
            let member = member.ok_or(ChangeAppRolesError::MemberNotFound)?;
            let seen = member.membership(id).ok_or(ChangeAppRolesError::MemberNotFound)?;
            let matrices = self.active_app_role_matrices().await?;
            let is_known = |role: &String| matrices.iter().any(|matrix| matrix.roles.contains(role));
            if !command.app_roles.iter().all(is_known) {
                return Err(ChangeAppRolesError::UnknownRole);
            }
            let next = seen.with_app_roles(command.app_roles.clone(), now);
            let changes = Changes::new()
                .change_membership(&member, &next)
                .require_writable(id, now);
            if attempts.commit(changes).await? {
                return Ok((member, next));
            }
        }
    }
}
