//! Accepting an invitation by becoming a user: the token proves the mailbox, so the address counts as verified.

use jiff::Timestamp;

use crate::domain::invitation::InvitationRefused;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{InvitationToken, Name, NewPassword, PasswordHash, RateLimit, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::invitations::check_invitation::CheckInvitationError;
use crate::operations::sessions::open_session::{Client, Issue, Login, OpenedSession};
use crate::operations::sessions::sign_up::SignedUp;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct AcceptInvitation {
    pub token: InvitationToken,
    pub password: NewPassword,
    pub name: Name,
    /// Whether the new user is signed in right away, and with what.
    pub sign_in: Option<Issue>,
    pub client: Client,
}

#[derive(Debug, thiserror::Error)]
pub enum AcceptInvitationError {
    #[error(transparent)]
    Refused(#[from] InvitationRefused),
    /// Whoever has an account signs in and accepts as that user: a mail must not set the password of an account that exists.
    #[error("the invited address has an account")]
    EmailTaken,
    #[error("the organization has no free seat")]
    NoSeat,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(AcceptInvitationError);

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
        self.limit_rate(RateLimit::SPEND_TOKEN, &command.client.ip, now).await?;
        let (invitation, inviter) = self.open_invitation(&command.token, now).await?;
        let hash = self.passwords.hash(&command.password, &*self.entropy).await?;
        let mut user = self.build_user(invitation.email.clone(), command.name, now).await?;
        user.email_verified_at = Some(now);
        user.default_organization = Some(invitation.organization_id);
        let teams = self
            .existing_teams(invitation.organization_id, &invitation.teams)
            .await?;
        let membership = invitation.membership(inviter.organization_number(), &teams, now);
        user.memberships.push(membership.clone());
        let session = match command.sign_in {
            Some(issue) => {
                let login = Login {
                    client: &command.client,
                    remember_me: true,
                    methods: vec![AuthenticationMethod::Mail],
                    organization: user.starting_organization(),
                    issue,
                };
                Some(self.open_session(&user, login, now).await?)
            }
            None => None,
        };
        let changes = inviter.expected_by(self.joining(invitation, &user, &membership, now));
        match self
            .store
            .commit(becoming(changes, &user, &hash, session.as_ref()))
            .await
        {
            Ok(()) => Ok(SignedUp { user, session }),
            Err(CommitError::Conflict(Conflict::InvitationMoved)) => Err(InvitationRefused::AlreadyAccepted.into()),
            Err(CommitError::Conflict(Conflict::EmailTaken)) => Err(AcceptInvitationError::EmailTaken),
            Err(CommitError::Conflict(Conflict::NoSeat)) => Err(AcceptInvitationError::NoSeat),
            Err(error) => Err(error.into()),
        }
    }
}

fn becoming(changes: Changes, user: &User, hash: &PasswordHash, session: Option<&OpenedSession>) -> Changes {
    let changes = changes
        .claim_email(&user.email, user.id)
        .create_user(user)
        .set_password(user.id, hash);
    match session {
        Some(opened) => changes.create_session(&opened.session),
        None => changes,
    }
}
