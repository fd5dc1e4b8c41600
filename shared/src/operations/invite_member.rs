//! Inviting a mailbox into an organization.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::{
    EmailAddress, Errand, Invitation, InvitationId, InvitationState, OrganizationId, OrganizationKind,
    OrganizationRole, RateLimit,
};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct InviteMember {
    pub organization_id: OrganizationId,
    pub email: EmailAddress,
    pub role: OrganizationRole,
}

#[derive(Debug, thiserror::Error)]
pub enum InviteMemberError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role may not invite anybody")]
    MayNotInvite,
    #[error("the caller's role may not invite with this role")]
    RoleTooHigh,
    #[error("the organization has no free seat")]
    NoSeat,
    #[error("the organization is one person's own")]
    SoloOrganization,
    #[error("the address is that of a member")]
    AlreadyMember,
    #[error("an invitation of the address is pending")]
    AlreadyInvited,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(InviteMemberError);

/// How often an invitation that somebody else is writing is looked at again.
const ROUNDS: usize = 3;

impl Core {
    pub async fn invite_member(
        &self,
        caller: &Caller,
        command: InviteMember,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.may_invite(caller, &command, now).await?;
        let invitation = self.new_invitation(caller, &command, now);
        let changes = Changes::new().create_invitation(&invitation);
        match self.send_invitation(caller, &invitation, changes, now).await {
            Ok(()) => Ok(invitation),
            Err(CommitError::Conflict(Conflict::AlreadyInvited)) => Err(InviteMemberError::AlreadyInvited),
            Err(error) => Err(error.into()),
        }
    }

    /// Like [`Core::invite_member`], but an invitation that is pending is renewed: it gets the role that is asked for now and a new
    /// expiry, and goes out with a new token. The token that was sent before opens nothing from then on.
    pub async fn invite_member_again(
        &self,
        caller: &Caller,
        command: InviteMember,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.may_invite(caller, &command, now).await?;
        for _ in 0..ROUNDS {
            let pending = self
                .store
                .find_pending_invitation(command.organization_id, &command.email)
                .await?
                .filter(|pending| pending.expires_at > now);
            let (invitation, changes) = if let Some(pending) = pending {
                let seen = pending.hash;
                let expires_at = now + self.settings.invitation_lifetime;
                let renewed = pending.renewed(command.role, caller.user.id, expires_at);
                let changes = Changes::new().renew_invitation(&renewed, seen);
                (renewed, changes)
            } else {
                let new = self.new_invitation(caller, &command, now);
                let changes = Changes::new().create_invitation(&new);
                (new, changes)
            };
            match self.send_invitation(caller, &invitation, changes, now).await {
                Ok(()) => return Ok(invitation),
                // Invited, answered or mailed since it was read.
                Err(CommitError::Conflict(Conflict::AlreadyInvited | Conflict::InvitationMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    async fn may_invite(
        &self,
        caller: &Caller,
        command: &InviteMember,
        now: Timestamp,
    ) -> Result<(), InviteMemberError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let membership = caller
            .user
            .membership(command.organization_id)
            .ok_or(InviteMemberError::NotAMember)?;
        if !membership.role.may_invite(OrganizationRole::Member) {
            return Err(InviteMemberError::MayNotInvite);
        }
        if !membership.role.may_invite(command.role) {
            return Err(InviteMemberError::RoleTooHigh);
        }
        let organization = self.store.find_organization(command.organization_id).await?;
        let organization = organization.ok_or(InviteMemberError::NotAMember)?;
        if organization.kind == OrganizationKind::Solo {
            return Err(InviteMemberError::SoloOrganization);
        }
        if self.is_member(&command.email, organization.id).await? {
            return Err(InviteMemberError::AlreadyMember);
        }
        if !organization.has_free_seat() {
            return Err(InviteMemberError::NoSeat);
        }
        Ok(self.limit_rate(RateLimit::MAILBOX, &command.email, now).await?)
    }

    async fn is_member(&self, email: &EmailAddress, organization: OrganizationId) -> Result<bool, Interruption> {
        let Some(owner) = self.store.find_owner(email).await? else {
            return Ok(false);
        };
        let user = self.store.find_user(owner).await?;
        Ok(user.is_some_and(|user| user.membership(organization).is_some()))
    }

    fn new_invitation(&self, caller: &Caller, command: &InviteMember, now: Timestamp) -> Invitation {
        Invitation {
            id: InvitationId::generate(now, &*self.entropy),
            organization_id: command.organization_id,
            email: command.email.clone(),
            role: command.role,
            inviter: caller.user.id,
            hash: None,
            state: InvitationState::Pending,
            created_at: now,
            expires_at: now + self.settings.invitation_lifetime,
        }
    }

    async fn send_invitation(
        &self,
        caller: &Caller,
        invitation: &Invitation,
        changes: Changes,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let errand = Errand::Invitation {
            organization_id: invitation.organization_id,
            invitation_id: invitation.id,
        };
        // Not for somebody who lost the role meanwhile.
        let changes = changes.expect_user(&caller.user).enqueue(&self.mail(errand, now));
        self.store.commit(changes).await
    }
}
