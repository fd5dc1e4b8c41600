//! Inviting a mailbox into an organization.

use jiff::Timestamp;

use crate::domain::{
    AccessDenied, EmailAddress, Errand, Invitation, InvitationId, InvitationState, MemberRoles, Membership,
    OrganizationId, OrganizationKind, Permission, RateLimit, RoleName, TeamId, UserId,
};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::limit_rate::too_many;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct InviteMember {
    pub organization_id: OrganizationId,
    pub email: EmailAddress,
    pub roles: MemberRoles,
    /// Which whoever accepts joins as well.
    pub teams: Vec<TeamId>,
    pub client_ip: String,
}

#[derive(Debug, thiserror::Error)]
pub enum InviteMemberError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the caller's role may not invite anybody")]
    MayNotInvite,
    #[error("there is no role {0}")]
    UnknownRole(RoleName),
    #[error("the caller may not invite with this role")]
    RoleTooHigh,
    #[error("the organization has no such team")]
    UnknownTeam,
    #[error("the organization has no free seat")]
    NoSeat,
    #[error("as many invitations as the organization may have wait for an answer")]
    InvitationLimit,
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

impl From<AccessDenied> for InviteMemberError {
    fn from(denied: AccessDenied) -> Self {
        match denied {
            AccessDenied::NotAMember => Self::NotAMember,
            AccessDenied::NotPermitted => Self::MayNotInvite,
        }
    }
}

/// How often an invitation that somebody else is writing is looked at again.
const ROUNDS: usize = 4;

impl Core {
    pub async fn invite_member(
        &self,
        caller: &Caller,
        command: InviteMember,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.invite(caller, command, false, now).await
    }

    /// Like [`Core::invite_member`], but an invitation that is pending is renewed: it gets the roles that are asked for now and a new
    /// expiry, and goes out with a new token. The token that was sent before opens nothing from then on.
    pub async fn invite_member_again(
        &self,
        caller: &Caller,
        command: InviteMember,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.invite(caller, command, true, now).await
    }

    async fn invite(
        &self,
        caller: &Caller,
        command: InviteMember,
        again: bool,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
            .await?;
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut caller = caller.clone();
        self.may_invite(&caller, &command, now).await?;
        let mut swept = false;
        for _ in 0..ROUNDS {
            let membership = self.may_invite_with(&caller, &command)?;
            let (invitation, changes) = self.invitation(caller.user.id, &command, again, now).await?;
            match self.send_invitation(membership, &invitation, changes, now).await {
                Ok(()) => return Ok(invitation),
                Err(CommitError::Conflict(Conflict::AlreadyInvited)) if !again => {
                    return Err(InviteMemberError::AlreadyInvited);
                }
                Err(CommitError::Conflict(Conflict::InvitationLimit)) if swept => {
                    return Err(InviteMemberError::InvitationLimit);
                }
                // Those that have expired still count, until somebody needs the room.
                Err(CommitError::Conflict(Conflict::InvitationLimit)) => {
                    self.lapse_invitations(command.organization_id, now).await?;
                    swept = true;
                }
                Err(CommitError::Conflict(Conflict::LimitReached(window))) => {
                    return Err(too_many(&window, now).into());
                }
                // Invited, answered or mailed since it was read; or the inviter's role is another by now.
                Err(CommitError::Conflict(
                    Conflict::AlreadyInvited | Conflict::InvitationMoved | Conflict::UserMoved,
                )) => {
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(Interruption::SessionGone)?;
                }
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
        self.may_invite_with(caller, command)?;
        let organization = self.store.find_organization(command.organization_id).await?;
        let organization = organization.ok_or(InviteMemberError::NotAMember)?;
        if organization.kind == OrganizationKind::Solo {
            return Err(InviteMemberError::SoloOrganization);
        }
        if self.is_member(&command.email, organization.id).await? {
            return Err(InviteMemberError::AlreadyMember);
        }
        if !organization.has_free_seat(self.settings.organizations.members) {
            return Err(InviteMemberError::NoSeat);
        }
        if self.existing_teams(organization.id, &command.teams).await?.len() < command.teams.len() {
            return Err(InviteMemberError::UnknownTeam);
        }
        Ok(self
            .limit_rate(RateLimit::MAILBOX, command.email.mailbox(), now)
            .await?)
    }

    /// Those of the teams that are there.
    pub(in crate::operations) async fn existing_teams(
        &self,
        organization: OrganizationId,
        teams: &[TeamId],
    ) -> Result<Vec<TeamId>, Interruption> {
        if teams.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = teams.iter().map(|team| (organization, *team)).collect();
        let found = self.store.find_teams(&ids).await?;
        Ok(found.into_iter().map(|team| team.id).collect())
    }

    fn may_invite_with<'a>(
        &self,
        caller: &'a Caller,
        command: &InviteMember,
    ) -> Result<&'a Membership, InviteMemberError> {
        let access = &self.settings.organizations.roles;
        let membership = access.authorize(&caller.user, command.organization_id, Permission::CREATE_INVITATION)?;
        if let Some(unknown) = access.unknown(&command.roles).next() {
            return Err(InviteMemberError::UnknownRole(unknown.clone()));
        }
        if self.may_grant(caller, membership, &command.roles) {
            Ok(membership)
        } else {
            Err(InviteMemberError::RoleTooHigh)
        }
    }

    async fn is_member(&self, email: &EmailAddress, organization: OrganizationId) -> Result<bool, Interruption> {
        let Some(owner) = self.store.find_owner(email).await? else {
            return Ok(false);
        };
        let user = self.store.find_user(owner).await?;
        Ok(user.is_some_and(|user| user.membership(organization).is_some()))
    }

    /// A new one, or the pending one as it is to go out again.
    async fn invitation(
        &self,
        inviter: UserId,
        command: &InviteMember,
        again: bool,
        now: Timestamp,
    ) -> Result<(Invitation, Changes), Interruption> {
        if again {
            let found = self
                .store
                .find_pending_invitation(command.organization_id, &command.email)
                .await?;
            if let Some(pending) = found.filter(|pending| pending.await_answer(now).is_ok()) {
                let seen = pending.hash;
                let expires_at = now + self.settings.invitation_lifetime;
                let renewed = pending.renewed(command.roles.clone(), command.teams.clone(), inviter, expires_at);
                let changes = Changes::new().renew_invitation(&renewed, seen);
                return Ok((renewed, changes));
            }
        }
        let new = self.new_invitation(inviter, command, now);
        let changes = Changes::new()
            .create_invitation(&new)
            .open_invitation(new.organization_id, self.settings.organizations.invitations);
        Ok((new, changes))
    }

    fn new_invitation(&self, inviter: UserId, command: &InviteMember, now: Timestamp) -> Invitation {
        Invitation {
            id: InvitationId::generate(now, &*self.entropy),
            organization_id: command.organization_id,
            email: command.email.clone(),
            roles: command.roles.clone(),
            teams: command.teams.clone(),
            inviter,
            hash: None,
            state: InvitationState::Pending,
            created_at: now,
            expires_at: now + self.settings.invitation_lifetime,
        }
    }

    async fn send_invitation(
        &self,
        membership: &Membership,
        invitation: &Invitation,
        changes: Changes,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let errand = Errand::Invitation {
            organization_id: invitation.organization_id,
            invitation_id: invitation.id,
        };
        // Not for somebody who lost the role meanwhile.
        let changes = changes
            .expect_member(invitation.inviter, membership)
            .enqueue(&self.mail(errand, now));
        // What was sent stays counted, whatever becomes of it. Last, so that these conflicts are told only when there is no other.
        let of_user = RateLimit::INVITATIONS_OF_USER.window(invitation.inviter, now);
        let of_organization = RateLimit::INVITATIONS_OF_ORGANIZATION.window(invitation.organization_id, now);
        let changes = self.counted(changes, &of_user);
        self.store.commit(self.counted(changes, &of_organization)).await
    }
}
