//! Removing a member from an organization.

use jiff::Timestamp;

use crate::domain::{EmailAddress, Membership, OrganizationId, Permission, User, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Level, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct RemoveMember {
    pub organization_id: OrganizationId,
    pub member: MemberName,
    /// Whether only owners remove those with the role `admin`. Otherwise all members do who have its rights.
    pub owners_rank_admins: bool,
}

/// How a member is named.
#[derive(Debug, Clone)]
pub enum MemberName {
    User(UserId),
    Email(EmailAddress),
}

refusals! {
    pub enum RemoveMemberError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        MemberNotFound: NotFound = "the organization has no such member",
        OwnerOnly: Forbidden = "only owners remove owners",
        LastOwner: Conflict on LastOwner | LastAdministrator = "the organization would be left without an owner",
        /// The caller may remove no members, or not this one.
        NotPermitted: Forbidden = "the caller's role does not permit it",
    }
}

impl Core {
    /// Returns the membership that ended. Sessions that act for the organization stop doing so: the next session check
    /// finds no membership.
    pub async fn remove_member(
        &self,
        caller: &Caller,
        command: RemoveMember,
        now: Timestamp,
    ) -> Result<(UserId, Membership), RemoveMemberError> {
        let id = command.organization_id;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let caller = attempts.caller();
            let own = caller.user.membership(id).ok_or(RemoveMemberError::NotAMember)?;
            let (user, membership) = self.member_named(id, &command.member, now).await?;
            if command.owners_rank_admins && !own.roles.is_owner() && membership.roles.lead() {
                return Err(RemoveMemberError::NotPermitted);
            }
            self.may_remove(own, &membership)?;
            if membership.roles.is_owner() {
                StepUp::check(&caller, &self.settings.sessions, now)?;
            }
            let changes = Changes::new()
                .update_user(&user.without_membership(id))
                .delete_member(user.id, &membership)
                .require_writable(id, now);
            if attempts.commit(changes).await? {
                return Ok((user.id, membership));
            }
        }
    }

    fn may_remove(&self, own: &Membership, other: &Membership) -> Result<(), RemoveMemberError> {
        if other.roles.is_owner() && !own.roles.is_owner() {
            return Err(RemoveMemberError::OwnerOnly);
        }
        let access = &self.settings.organizations.roles;
        let may = access.permit(&own.roles, &Permission::DELETE_MEMBER.into());
        if may && access.outrank(&own.roles, &other.roles) {
            Ok(())
        } else {
            Err(RemoveMemberError::NotPermitted)
        }
    }

    async fn member_named(
        &self,
        organization: OrganizationId,
        name: &MemberName,
        now: Timestamp,
    ) -> Result<(User, Membership), RemoveMemberError> {
        let id = match name {
            MemberName::User(id) => *id,
            MemberName::Email(email) => self.owner_or_unused_id(email, now).await?,
        };
        let user = self.store.find_user(id).await?;
        let user = user.ok_or(RemoveMemberError::MemberNotFound)?;
        let membership = user.membership(organization).cloned();
        Ok((user, membership.ok_or(RemoveMemberError::MemberNotFound)?))
    }
}
