//! Transferring the ownership of an organization to another member. The former owner becomes an administrator.

use jiff::Timestamp;

use crate::domain::{MemberRoles, Membership, OrganizationId, OrganizationRole, RoleName, User, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

refusals! {
    pub enum TransferOwnershipError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller does not own the organization",
        MemberNotFound: NotFound = "the organization has no such member who may sign in",
        AlreadyOwner: Invalid = "the caller would be the new owner",
        LastOwner: Conflict on LastOwner | LastAdministrator = "the organization would be left without an owner",
    }
}

impl Core {
    /// Returns the new owner and their membership. Both change in one commit, so there is an owner at any time.
    pub async fn transfer_ownership(
        &self,
        caller: &Assured<StepUp>,
        id: OrganizationId,
        to: UserId,
        now: Timestamp,
    ) -> Result<(User, Membership), TransferOwnershipError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let own = caller.user.membership(id).ok_or(TransferOwnershipError::NotAMember)?;
            if !own.roles.is_owner() {
                return Err(TransferOwnershipError::NotPermitted);
            }
            if to == caller.user.id {
                return Err(TransferOwnershipError::AlreadyOwner);
            }
            let found = self.store.find_user(to).await?;
            let member = found.filter(|user| user.admit(now).is_ok());
            let member = member.ok_or(TransferOwnershipError::MemberNotFound)?;
            let seen = member.membership(id).ok_or(TransferOwnershipError::MemberNotFound)?;
            let next = seen.with_roles(&raised(&seen.roles), now);
            let former = own.with_roles(&lowered(&own.roles), now);
            let changes = Changes::new()
                .change_membership(&member, &next)
                .change_membership(&caller.user, &former)
                .move_ranks(id, &[(&seen.roles, &next.roles), (&own.roles, &former.roles)])
                .require_writable(id, now);
            if attempts.commit(changes).await? {
                return Ok((member, next));
            }
        }
    }
}

/// The roles of the new owner. The roles of the application stay.
fn raised(roles: &MemberRoles) -> MemberRoles {
    replaced(roles, OrganizationRole::Owner, |role| {
        OrganizationRole::parse(role.as_str()).is_none()
    })
}

fn lowered(roles: &MemberRoles) -> MemberRoles {
    let is_other = |role: &RoleName| role.as_str() != OrganizationRole::Owner.as_str();
    replaced(roles, OrganizationRole::Admin, is_other)
}

/// The role, and those of the others that are kept. If they are more than a member may have, only the role.
fn replaced(roles: &MemberRoles, by: OrganizationRole, keep: impl Fn(&RoleName) -> bool) -> MemberRoles {
    let others = roles.names().iter().filter(|role| keep(role)).cloned();
    let role = MemberRoles::from(by);
    let roles = role.names().iter().cloned().chain(others);
    MemberRoles::of(roles).unwrap_or(role)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> MemberRoles {
        let names = names.iter().map(|name| RoleName::parse(name).expect("a name"));
        MemberRoles::of(names).expect("roles")
    }

    #[test]
    fn the_roles_of_the_application_are_kept() {
        assert_eq!(raised(&named(&["member"])), named(&["owner"]));
        assert_eq!(raised(&named(&["designer", "admin"])), named(&["owner", "designer"]));
        assert_eq!(lowered(&named(&["owner"])), named(&["admin"]));
        assert_eq!(
            lowered(&named(&["owner", "admin", "designer"])),
            named(&["admin", "designer"])
        );
    }
}
