//! One-time grants, redeemed with a token that was sent by mail. Each purpose is a separate type, so a token for one
//! purpose cannot be used for another. A user has at most one grant for most purposes: a newer grant supersedes the
//! older one.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::{SessionId, UserId};
use super::secret::{Secret, SecretHash};
use super::session::Session;
use super::user::User;
use crate::entropy::Entropy;

/// The purpose of a one-time token.
pub trait Purpose: Send + Sync + 'static {
    /// The prefix of the tokens.
    const TOKEN_KIND: &'static str;
    /// The name of the purpose in keys and logs.
    const NAME: &'static str;
    /// Whether a newer grant leaves older ones valid until they expire.
    const SEVERAL: bool = false;
    /// Whether the owner is an administrator of the platform, and no user.
    const OF_ADMINISTRATOR: bool = false;
}

macro_rules! purpose {
    (
        $(#[$doc:meta])* $name:ident, $kind:literal, $text:literal
        $(, several: $several:literal)? $(, of_administrator: $of_administrator:literal)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}

        impl Purpose for $name {
            const TOKEN_KIND: &'static str = $kind;
            const NAME: &'static str = $text;
            $(const SEVERAL: bool = $several;)?
            $(const OF_ADMINISTRATOR: bool = $of_administrator;)?
        }
    };
}

purpose!(
    /// The user proves control of the mailbox. Each of several mails proves it, and mails may arrive in any order.
    VerifyEmail, "vfy", "verify-email", several: true
);
purpose!(
    /// The user sets a new password without the old one.
    ResetPassword, "rst", "reset-password"
);
purpose!(
    /// A user who was invited, or who has verified the address, sets the first password. Each of several mails permits
    /// it, until one of them was used.
    SetPassword, "spw", "set-password", several: true
);
purpose!(
    /// The user changes the email address to the one that the token was sent to.
    ChangeEmail, "cem", "change-email"
);
purpose!(
    /// The user approves, from the present address, that another one takes its place.
    ApproveEmailChange, "acm", "approve-email-change"
);
purpose!(
    /// The user confirms the deletion of the account.
    DeleteUser, "del", "delete-user"
);
purpose!(
    /// An administrator of the platform sets a new password without the old one.
    ResetAdminPassword, "arp", "reset-admin-password", of_administrator: true
);

/// A purpose whose token permits its holder to set the first password: either proves control of the mailbox.
pub trait FirstPassword: Purpose {}

impl FirstPassword for VerifyEmail {}
impl FirstPassword for SetPassword {}

/// The stored half of a [`OneTimeToken`](super::OneTimeToken).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeGrant {
    /// The owner: a user, or an administrator as [`as_owner`](super::AdminId::as_owner).
    pub user_id: UserId,
    pub hash: SecretHash,
    /// The mailbox that the token was sent to. A client that presents the token has access to this mailbox.
    pub email: EmailAddress,
    /// The session that requested the mail, for purposes that require one.
    pub requester: Option<RequestingSession>,
    /// The address that the user is to have after an approval.
    pub new_email: Option<EmailAddress>,
    pub expires_at: Timestamp,
    /// A spent grant stays until it expires, for purposes in which a used token has an answer of its own.
    pub spent_at: Option<Timestamp>,
}

/// The session that requested a mail, and the state of its user at that time. What was requested can be confirmed only
/// while the user is in the same state: an attacker may have had the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestingSession {
    pub session_id: SessionId,
    /// See [`User::session_generation`].
    pub session_generation: u64,
    /// See [`User::trust_generation`].
    pub trust_generation: u64,
    /// See [`User::password_generation`].
    pub password_generation: u64,
    /// The user's address, which may have changed hands since.
    pub email: EmailAddress,
}

/// Why a token is refused. The reasons are distinguished for the log; contracts decide what a client sees.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum GrantRefused {
    /// For most purposes a spent token is unknown, too.
    #[error("the token is unknown or superseded")]
    Unknown,
    #[error("the token was used")]
    Spent,
    #[error("the token has expired")]
    Expired,
}

impl RequestingSession {
    /// The caller's session and user.
    pub fn of(user: &User, session: &Session) -> Self {
        Self {
            session_id: session.id,
            session_generation: session.generation,
            trust_generation: user.trust_generation,
            password_generation: user.password_generation,
            email: user.email.clone(),
        }
    }

    /// Whether the user, as just read, is in the state of the request: sessions were not revoked, the second factor was
    /// not turned on or off, and neither the password nor the address was changed.
    pub fn is_current(&self, user: &User) -> bool {
        self.session_generation == user.session_generation
            && self.trust_generation == user.trust_generation
            && self.password_generation == user.password_generation
            && self.email == user.email
    }
}

impl OneTimeGrant {
    /// Creates a grant and the secret that redeems it.
    pub fn issue(
        user_id: UserId,
        email: EmailAddress,
        requester: Option<RequestingSession>,
        expires_at: Timestamp,
        entropy: &dyn Entropy,
    ) -> (Self, Secret) {
        let secret = Secret::generate(entropy);
        (
            Self {
                user_id,
                hash: secret.hash(),
                email,
                requester,
                new_email: None,
                expires_at,
                spent_at: None,
            },
            secret,
        )
    }

    /// Whether the grant still authorizes what a session of the user, as just read, has requested.
    pub fn is_requested_by(&self, user: &User) -> bool {
        self.requester
            .as_ref()
            .is_some_and(|requester| requester.is_current(user))
    }

    pub fn open(&self, presented: &Secret, now: Timestamp) -> Result<(), GrantRefused> {
        if !self.hash.matches(presented) {
            return Err(GrantRefused::Unknown);
        }
        if self.spent_at.is_some() {
            return Err(GrantRefused::Spent);
        }
        if self.expires_at <= now {
            Err(GrantRefused::Expired)
        } else {
            Ok(())
        }
    }
}
