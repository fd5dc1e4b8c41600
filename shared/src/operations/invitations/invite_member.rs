//! Inviting an address into an organization.

use jiff::Timestamp;

use crate::domain::{
    EmailAddress, Invitation, InvitationId, InvitationState, MailPurpose, MemberRoles, OrganizationId,
    OrganizationKind, Permission, RateLimit, RequestedMail, RoleName, TeamId, User,
};
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Level, StepUp};
use crate::store::{Changes, Conflict};

#[derive(Debug)]
pub struct InviteMember {
    pub organization_id: OrganizationId,
    pub email: EmailAddress,
    pub roles: MemberRoles,
    /// A user who accepts joins these teams, too.
    pub teams: Vec<TeamId>,
    pub client_ip: String,
}

refusals! {
    pub enum InviteMemberError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        MayNotInvite: Forbidden = "the caller's role does not permit invitations",
        UnknownRole(RoleName): Invalid = "there is no role {0}",
        /// The caller may not grant the role, or not replace a pending invitation with roles that the caller may not
        /// grant.
        RoleTooHigh: Forbidden = "the caller may not invite with this role",
        UnknownTeam: Invalid = "the organization has no such team",
        NoSeat: Limit = "the organization has no free seat",
        InvitationLimit: Limit on InvitationLimit = "the organization has as many open invitations as it may have",
        SoloOrganization: Forbidden = "the organization is one person's own",
        AlreadyMember: Conflict = "the address is that of a member",
        AlreadyInvited: Conflict on AlreadyInvited = "an invitation of the address is pending",
    }
    denied NotAMember, MayNotInvite
}

impl Core {
    pub async fn invite_member(
        &self,
        caller: &Caller,
        command: InviteMember,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.send_invitation(caller, command, false, now).await
    }

    /// Like [`Core::invite_member`], but a pending invitation is renewed: it gets the requested roles and a new expiry,
    /// and is sent with a new token. The earlier token is no longer valid.
    pub async fn invite_member_again(
        &self,
        caller: &Caller,
        command: InviteMember,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.send_invitation(caller, command, true, now).await
    }

    async fn send_invitation(
        &self,
        caller: &Caller,
        command: InviteMember,
        renew: bool,
        now: Timestamp,
    ) -> Result<Invitation, InviteMemberError> {
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
            .await?;
        let mut attempts = self.attempts(caller, now).await?;
        let mut released = false;
        loop {
            let caller = attempts.caller();
            self.may_invite_with(&caller, &command)?;
            if command.roles.is_owner() {
                StepUp::check(&caller, &self.settings.sessions, now)?;
            }
            self.may_be_invited(&command, now).await?;
            let (invitation, changes) = self.invitation(&caller.user, &command, renew, now).await?;
            let changes = self.enqueue_invitation(changes, &invitation, now);
            match attempts.commit(changes).await {
                Ok(true) => return Ok(invitation),
                Ok(false) => {}
                // A parallel request has invited the address since the pending invitation was read.
                Err(Lost::Refused(conflict @ Conflict::AlreadyInvited)) if renew => attempts.back_off(conflict).await?,
                Err(Lost::Refused(Conflict::InvitationLimit)) if !released => {
                    self.release_expired_invitations(command.organization_id, now).await?;
                    released = true;
                }
                Err(lost) => return Err(lost.into()),
            }
        }
    }

    fn may_invite_with(&self, caller: &Caller, command: &InviteMember) -> Result<(), InviteMemberError> {
        let access = &self.settings.organizations.roles;
        let membership = access.authorize(&caller.user, command.organization_id, Permission::CREATE_INVITATION)?;
        if let Some(unknown) = access.unknown(&command.roles).next() {
            return Err(InviteMemberError::UnknownRole(unknown.clone()));
        }
        if self.may_grant(caller, membership, &command.roles)? {
            Ok(())
        } else {
            Err(InviteMemberError::RoleTooHigh)
        }
    }

    async fn may_be_invited(&self, command: &InviteMember, now: Timestamp) -> Result<(), InviteMemberError> {
        let organization = self.store.find_organization(command.organization_id).await?;
        let organization = organization.ok_or(InviteMemberError::NotAMember)?;
        if organization.kind == OrganizationKind::Solo {
            return Err(InviteMemberError::SoloOrganization);
        }
        if self.is_member(&command.email, organization.id, now).await? {
            return Err(InviteMemberError::AlreadyMember);
        }
        if !organization.has_free_seat(self.settings.organizations.members) {
            return Err(InviteMemberError::NoSeat);
        }
        if self.existing_teams(organization.id, &command.teams).await?.len() < command.teams.len() {
            return Err(InviteMemberError::UnknownTeam);
        }
        Ok(())
    }

    async fn is_member(
        &self,
        email: &EmailAddress,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        let owner = self.owner_or_unused_id(email, now).await?;
        let user = self.store.find_user(owner).await?;
        Ok(user.is_some_and(|user| user.membership_in_any_state(organization).is_some()))
    }

    /// A new invitation, or the pending one that is sent again.
    async fn invitation(
        &self,
        inviter: &User,
        command: &InviteMember,
        renew: bool,
        now: Timestamp,
    ) -> Result<(Invitation, Changes), InviteMemberError> {
        let (organization_id, email) = (command.organization_id, &command.email);
        let expires_at = now + self.settings.invitation_lifetime;
        let pending = if renew {
            self.store.find_pending_invitation(organization_id, email).await?
        } else {
            None
        };
        if let Some(pending) = pending.filter(|pending| pending.await_answer(now).is_ok()) {
            let access = &self.settings.organizations.roles;
            let own = inviter.membership(organization_id);
            let own = own.ok_or(InviteMemberError::NotAMember)?;
            if !access.outrank(&own.roles, &pending.roles) {
                return Err(InviteMemberError::RoleTooHigh);
            }
            let (roles, teams) = (command.roles.clone(), command.teams.clone());
            let renewed = pending.clone().renewed(roles, teams, inviter.id, expires_at);
            let changes = Changes::new().renew_invitation(&renewed, &pending);
            return Ok((renewed, changes));
        }
        let new = Invitation {
            id: InvitationId::generate(now, &*self.entropy),
            organization_id,
            email: email.clone(),
            roles: command.roles.clone(),
            teams: command.teams.clone(),
            inviter: inviter.id,
            hash: None,
            state: InvitationState::Pending,
            created_at: now,
            expires_at,
        };
        let changes = Changes::new()
            .create_invitation(&new)
            .open_invitation(organization_id, self.settings.organizations.invitations);
        Ok((new, changes))
    }

    /// Adds the mail and the rate limits of mails. The limits come last, because the first of several failed conditions
    /// determines the error.
    fn enqueue_invitation(&self, changes: Changes, invitation: &Invitation, now: Timestamp) -> Changes {
        let purpose = MailPurpose::Invitation {
            organization_id: invitation.organization_id,
            invitation_id: invitation.id,
        };
        let windows = [
            RequestedMail::Invitation.window(invitation.email.mailbox(), now),
            RateLimit::INVITATIONS_OF_USER.window(invitation.inviter, now),
            RateLimit::INVITATIONS_OF_ORGANIZATION.window(invitation.organization_id, now),
        ];
        let changes = changes.enqueue(&self.mail(purpose, now));
        windows
            .iter()
            .fold(changes, |changes, window| self.counted(changes, window))
    }
}
