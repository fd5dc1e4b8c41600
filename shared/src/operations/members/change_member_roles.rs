//! Giving a member other roles.

use jiff::Timestamp;

use crate::domain::{MemberRoles, Membership, OrganizationId, Permission, RateLimit, RoleName, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct ChangeMemberRoles {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub roles: MemberRoles,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeMemberRolesError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the organization has no such member")]
    MemberNotFound,
    /// Of this member, or into these roles.
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error("there is no role {0}")]
    UnknownRole(RoleName),
    #[error("the organization would be left without an owner")]
    LastOwner,
    #[error("the session was ended meanwhile")]
    SessionGone,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ChangeMemberRolesError);

/// How often those concerned are looked at again when another request was writing them.
const ROUNDS: usize = 8;

impl Core {
    pub async fn change_member_roles(
        &self,
        caller: &Caller,
        command: ChangeMemberRoles,
        now: Timestamp,
    ) -> Result<Membership, ChangeMemberRolesError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let id = command.organization_id;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let own = caller.user.membership(id).ok_or(ChangeMemberRolesError::NotAMember)?;
            let found = self.store.find_user(command.user_id).await?;
            let member = found.ok_or(ChangeMemberRolesError::MemberNotFound)?;
            let seen = member.membership(id).ok_or(ChangeMemberRolesError::MemberNotFound)?;
            self.may_change_roles(&caller, own, seen, &command.roles)?;
            let next = Membership {
                roles: command.roles.clone(),
                changed_at: Some(now),
                ..seen.clone()
            };
            let mut changes = Changes::new().change_membership(&member, &next);
            if member.id != caller.user.id {
                changes = changes.expect_member(caller.user.id, own);
            }
            match self
                .store
                .commit(changes.move_owners(id, &seen.roles, &next.roles))
                .await
            {
                Ok(()) => return Ok(next),
                Err(CommitError::Conflict(Conflict::LastOwner)) => {
                    self.still_there(id).await?.ok_or(ChangeMemberRolesError::NotAMember)?;
                    return Err(ChangeMemberRolesError::LastOwner);
                }
                Err(CommitError::Conflict(Conflict::OrganizationMoved | Conflict::UserMoved)) => {
                    self.still_there(id).await?.ok_or(ChangeMemberRolesError::NotAMember)?;
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(ChangeMemberRolesError::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    fn may_change_roles(
        &self,
        caller: &Caller,
        own: &Membership,
        other: &Membership,
        roles: &MemberRoles,
    ) -> Result<(), ChangeMemberRolesError> {
        let access = &self.settings.organizations.roles;
        let is_above = other.roles.is_owner() && !own.roles.is_owner();
        let may = access.permit(&own.roles, &Permission::UPDATE_MEMBER.into());
        if is_above || !may || !self.may_grant(caller, own, roles) {
            return Err(ChangeMemberRolesError::NotPermitted);
        }
        match access.unknown(roles).next() {
            Some(unknown) => Err(ChangeMemberRolesError::UnknownRole(unknown.clone())),
            None => Ok(()),
        }
    }
}
