//! Taking somebody out of an organization.

use jiff::Timestamp;

use crate::domain::{EmailAddress, Membership, OrganizationId, Permission, RateLimit, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct RemoveMember {
    pub organization_id: OrganizationId,
    pub member: MemberName,
}

/// How a member is named.
#[derive(Debug, Clone)]
pub enum MemberName {
    User(UserId),
    Email(EmailAddress),
}

#[derive(Debug, thiserror::Error)]
pub enum RemoveMemberError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the organization has no such member")]
    MemberNotFound,
    #[error("only owners remove owners")]
    OwnerOnly,
    #[error("the organization would be left without an owner")]
    LastOwner,
    #[error("the caller's role does not permit it")]
    NotPermitted,
    #[error("the session was ended meanwhile")]
    SessionGone,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(RemoveMemberError);

/// How often those concerned are looked at again when another request was writing them.
const ROUNDS: usize = 8;

impl Core {
    /// What the member was. Sessions that act for the organization do so no more: the next session check finds no membership.
    pub async fn remove_member(
        &self,
        caller: &Caller,
        command: RemoveMember,
        now: Timestamp,
    ) -> Result<(UserId, Membership), RemoveMemberError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let id = command.organization_id;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let own = caller.user.membership(id).ok_or(RemoveMemberError::NotAMember)?;
            let (user, membership) = self.member_named(id, &command.member).await?;
            self.may_remove(own, &membership)?;
            let mut changes = Changes::new().update_user(&outside(&user, id));
            if user.id != caller.user.id {
                changes = changes.expect_member(caller.user.id, own);
            }
            match self.store.commit(changes.delete_member(user.id, &membership)).await {
                Ok(()) => return Ok((user.id, membership)),
                Err(CommitError::Conflict(Conflict::LastOwner)) => {
                    self.still_there(id).await?.ok_or(RemoveMemberError::NotAMember)?;
                    return Err(RemoveMemberError::LastOwner);
                }
                Err(CommitError::Conflict(Conflict::OrganizationMoved | Conflict::UserMoved)) => {
                    self.still_there(id).await?.ok_or(RemoveMemberError::NotAMember)?;
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(RemoveMemberError::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    fn may_remove(&self, own: &Membership, other: &Membership) -> Result<(), RemoveMemberError> {
        if other.roles.is_owner() && !own.roles.is_owner() {
            return Err(RemoveMemberError::OwnerOnly);
        }
        let access = &self.settings.organizations.roles;
        if access.permit(&own.roles, &Permission::DELETE_MEMBER.into()) {
            Ok(())
        } else {
            Err(RemoveMemberError::NotPermitted)
        }
    }

    async fn member_named(
        &self,
        organization: OrganizationId,
        name: &MemberName,
    ) -> Result<(User, Membership), RemoveMemberError> {
        let id = match name {
            MemberName::User(id) => Some(*id),
            MemberName::Email(email) => self.store.find_owner(email).await?,
        };
        let user = match id {
            Some(id) => self.store.find_user(id).await?,
            None => None,
        };
        let user = user.ok_or(RemoveMemberError::MemberNotFound)?;
        let membership = user.membership(organization).cloned();
        Ok((user, membership.ok_or(RemoveMemberError::MemberNotFound)?))
    }

    pub(in crate::operations) async fn still_there(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<()>, Interruption> {
        Ok(self.store.find_organization(organization).await?.map(drop))
    }
}

/// The user, without the membership.
pub(in crate::operations) fn outside(user: &User, organization: OrganizationId) -> User {
    let mut outside = user.clone();
    outside
        .memberships
        .retain(|membership| membership.organization_id != organization);
    outside.default_organization = outside.default_organization.filter(|default| *default != organization);
    outside
}
