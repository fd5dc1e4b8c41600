//! Inviting an address into an organization.

use jiff::Timestamp;

use crate::domain::{
    EmailAddress, Invitation, InvitationId, InvitationState, MailPurpose, MemberRoles, Membership, Organization,
    OrganizationId, OrganizationKind, Permission, RateLimit, RequestedMail, RoleName, TeamId, User,
};
use crate::operations::attempts::{Attempts, Lost};
use crate::operations::organizations::expect_writable;
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
    /// Text of the inviter for the mail.
    pub message: Option<String>,
    /// Whether only owners invite with the role `admin`. Otherwise all members do who have its rights.
    pub owners_rank_admins: bool,
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
        self.send_counted_invitation(&mut attempts, &command, renew).await
    }

    /// For a request that was counted against the limits of the client and the user.
    pub(super) async fn send_counted_invitation(
        &self,
        attempts: &mut Attempts<'_>,
        command: &InviteMember,
        renew: bool,
    ) -> Result<Invitation, InviteMemberError> {
        let now = attempts.now();
        let mut released = false;
        loop {
            let caller = attempts.caller();
            let own = caller.user.membership(command.organization_id);
            let own = own.ok_or(InviteMemberError::NotAMember)?;
            let organization = self.store.find_organization(command.organization_id).await?;
            let organization = organization.ok_or(InviteMemberError::NotAMember)?;
            self.may_invite_with(&caller, own, &organization, command)?;
            if command.roles.is_owner() {
                StepUp::check(&caller, &self.settings.sessions, now)?;
            }
            self.may_be_invited(&organization, command, now).await?;
            let invited = self.invitation(&caller.user, command, renew, &organization, now).await;
            let (invitation, changes) = match invited {
                Err(InviteMemberError::NoSeat | InviteMemberError::InvitationLimit) if !released => {
                    self.release_expired_invitations(command.organization_id, now).await?;
                    released = true;
                    continue;
                }
                invited => invited?,
            };
            let changes = self.enqueue_invitation(changes.require_writable(organization.id, now), &invitation, now);
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

    pub(super) fn may_invite_many(&self, own: &Membership) -> Result<(), InviteMemberError> {
        let access = &self.settings.organizations.roles;
        if access.permit(&own.roles, &Permission::CREATE_INVITATION.into()) {
            Ok(())
        } else {
            Err(InviteMemberError::MayNotInvite)
        }
    }

    fn may_invite(&self, own: &Membership, organization: &Organization) -> Result<(), InviteMemberError> {
        if organization.open_invite {
            return Ok(());
        }
        self.may_invite_many(own)
    }

    fn may_invite_with(
        &self,
        caller: &Caller,
        own: &Membership,
        organization: &Organization,
        command: &InviteMember,
    ) -> Result<(), InviteMemberError> {
        self.may_invite(own, organization)?;
        let access = &self.settings.organizations.roles;
        if let Some(unknown) = access.unknown(&command.roles).next() {
            return Err(InviteMemberError::UnknownRole(unknown.clone()));
        }
        let is_for_owners = command.owners_rank_admins && command.roles.lead();
        if is_for_owners && !own.roles.is_owner() {
            return Err(InviteMemberError::RoleTooHigh);
        }
        if self.may_grant(caller, own, &command.roles)? {
            Ok(())
        } else {
            Err(InviteMemberError::RoleTooHigh)
        }
    }

    async fn may_be_invited(
        &self,
        organization: &Organization,
        command: &InviteMember,
        now: Timestamp,
    ) -> Result<(), InviteMemberError> {
        expect_writable(organization, now)?;
        if organization.kind == OrganizationKind::Solo {
            return Err(InviteMemberError::SoloOrganization);
        }
        if self.is_member(&command.email, organization.id, now).await? {
            return Err(InviteMemberError::AlreadyMember);
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
        seen: &Organization,
        now: Timestamp,
    ) -> Result<(Invitation, Changes), InviteMemberError> {
        let (organization_id, email) = (command.organization_id, &command.email);
        let expires_at = now + self.configuration().invitation_lifetime;
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
            let renewed = Invitation {
                message: command.message.clone(),
                ..pending.clone().renewed(roles, teams, inviter.id, expires_at)
            };
            let changes = Changes::new().renew_invitation(&renewed, &pending);
            return Ok((renewed, changes));
        }
        let settings = &self.settings.organizations;
        let limits = self.seat_limits_of(seen).await?;
        if !limits.has_free_seat(seen) {
            return Err(InviteMemberError::NoSeat);
        }
        let new = Invitation {
            id: InvitationId::generate(now, &*self.entropy),
            organization_id,
            email: email.clone(),
            roles: command.roles.clone(),
            teams: command.teams.clone(),
            inviter: inviter.id,
            message: command.message.clone(),
            hash: None,
            state: InvitationState::Pending,
            created_at: now,
            expires_at,
        };
        let changes = Changes::new().create_invitation(&new);
        let changes = match seen.plan {
            None => changes.open_invitation(organization_id, settings.invitations),
            Some(_) if seen.open_invitations >= settings.invitations => return Err(InviteMemberError::InvitationLimit),
            Some(_) => changes.reserve_seat(seen, limits.seats(seen).members, settings.invitations),
        };
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
