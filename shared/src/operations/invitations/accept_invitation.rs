//! Accepting an invitation by creating an account. The token proves access to the mailbox, so the address counts as
//! verified.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::invitation::InvitationRefused;
use crate::domain::password::WeakPassword;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{DeviceId, DeviceKey, InvitationToken, Name, NewPassword, RateLimit, User};
use crate::operations::invitations::check_invitation::CheckInvitationError;
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::{Client, Issue, Login, OpenedSession};
use crate::operations::sessions::sign_up::SignedUp;
use crate::passwords::PasswordOwner;

#[derive(Debug)]
pub struct AcceptInvitation {
    pub token: InvitationToken,
    pub password: NewPassword,
    pub name: Name,
    /// Whether the new user is signed in right away, and with which tokens.
    pub sign_in: Option<Issue>,
    pub captcha: CaptchaCheck,
    pub client: Client,
}

refusals! {
    pub enum AcceptInvitationError {
        /// A user with an account signs in and accepts as that user: a mail must not set the password of an existing
        /// account.
        EmailTaken: Conflict on EmailTaken = "the invited address has an account",
        NoSeat: Limit on NoSeat | OrganizationGone = "the organization has no free seat",
    }
    of {
        Refused(#[from] InvitationRefused) = "{0}",
        Captcha(#[from] CaptchaRefused) = "{0}",
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

impl From<CheckInvitationError> for AcceptInvitationError {
    fn from(error: CheckInvitationError) -> Self {
        match error {
            CheckInvitationError::Refused(reason) => Self::Refused(reason),
            CheckInvitationError::Interrupted(interruption) => Self::Interrupted(interruption),
        }
    }
}

impl Core {
    pub async fn accept_invitation(
        &self,
        command: AcceptInvitation,
        now: Timestamp,
    ) -> Result<SignedUp, AcceptInvitationError> {
        let client_ip = command.client.ip.clone();
        let acceptance = Box::pin(self.spend_invitation(command, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, &client_ip, now, acceptance)
            .await
    }

    async fn spend_invitation(
        &self,
        command: AcceptInvitation,
        now: Timestamp,
    ) -> Result<SignedUp, AcceptInvitationError> {
        self.verify_captcha(&command.captcha, &command.client, now).await?;
        let (mut invitation, mut inviter) = self.invitation_of(&command.token, now).await?;
        let owner = PasswordOwner {
            email: Some(&invitation.email),
            name: Some(&command.name),
            ..PasswordOwner::default()
        };
        let hash = self
            .hash_password::<AcceptInvitationError>(&command.password, owner)
            .await?;
        let account = self.build_user(invitation.email.clone(), command.name, now).await?;
        let device_key = DeviceKey::generate(&*self.entropy);
        let mut retries = self.retries(now);
        loop {
            let membership = self.offered_membership(&invitation, &inviter, now).await?;
            let user = User {
                email_verified_at: Some(now),
                default_organization: Some(invitation.organization_id),
                memberships: vec![membership.clone()],
                ..account.clone()
            };
            let mut changes = self
                .redeem_invitation(&invitation, &inviter, &user, &membership, now)
                .await?
                .claim_email(&user.email, user.id)
                .create_user(&user)
                .set_password_and_device_key(user.id, &hash, &device_key);
            let mut session = self
                .sign_in_invited(&user, command.sign_in, &command.client, now)
                .await?;
            if let Some(opened) = &mut session {
                opened.known_device = Some(device_key.issue(user.id, DeviceId::generate(now, &*self.entropy)));
                changes = changes.create_session(&opened.session);
            }
            if retries.commit(changes).await? {
                return Ok(SignedUp { user, session });
            }
            (invitation, inviter) = self.invitation_of(&command.token, now).await?;
        }
    }

    async fn sign_in_invited(
        &self,
        user: &User,
        issue: Option<Issue>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<OpenedSession>, Interruption> {
        let Some(issue) = issue else { return Ok(None) };
        let login = Login {
            client,
            remember_me: true,
            methods: vec![AuthenticationMethod::Mail],
            organization: user.starting_organization(),
            issue,
        };
        Ok(Some(self.open_session(user, login, now).await?))
    }
}
