//! One-time grants, redeemed with a token that was sent by mail. Each purpose is a separate type, so a token for one
//! purpose cannot be used for another. A user has at most one grant for most purposes: a newer grant supersedes the
//! older one.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::UserId;
use super::secret::{Secret, SecretHash};
use crate::entropy::Entropy;

/// The purpose of a one-time token.
pub trait Purpose: Send + Sync + 'static {
    /// The prefix of the tokens.
    const TOKEN_KIND: &'static str;
    /// The name of the purpose in keys and logs.
    const NAME: &'static str;
    /// Whether a newer grant leaves older ones valid until they expire.
    const SEVERAL: bool = false;
    /// Whether the grant requires a session to create it and therefore ends when all sessions of the user end.
    const ENDS_WITH_SESSIONS: bool;
}

macro_rules! purpose {
    (
        $(#[$doc:meta])* $name:ident, $kind:literal, $text:literal,
        ends_with_sessions: $ends:literal $(, several: $several:literal)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}

        impl Purpose for $name {
            const TOKEN_KIND: &'static str = $kind;
            const NAME: &'static str = $text;
            $(const SEVERAL: bool = $several;)?
            const ENDS_WITH_SESSIONS: bool = $ends;
        }
    };
}

purpose!(
    /// The user proves control of the mailbox. Each of several mails proves it, and mails may arrive in any order.
    VerifyEmail, "vfy", "verify-email", ends_with_sessions: false, several: true
);
purpose!(
    /// The user sets a new password without the old one.
    ResetPassword, "rst", "reset-password", ends_with_sessions: false
);
purpose!(
    /// The user changes the email address to the one that the token was sent to.
    ChangeEmail, "cem", "change-email", ends_with_sessions: true
);
purpose!(
    /// The user confirms the deletion of the account.
    DeleteUser, "del", "delete-user", ends_with_sessions: true
);

/// The stored half of a [`OneTimeToken`](super::OneTimeToken).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeGrant {
    pub user_id: UserId,
    pub hash: SecretHash,
    /// The mailbox that the token was sent to. A client that presents the token has access to this mailbox.
    pub email: EmailAddress,
    pub expires_at: Timestamp,
}

/// Why a token is refused. The reasons are distinguished for the log; contracts decide what a client sees.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum GrantRefused {
    #[error("the token is unknown, spent or superseded")]
    Unknown,
    #[error("the token has expired")]
    Expired,
}

impl OneTimeGrant {
    /// Creates a grant and the secret that redeems it.
    pub fn issue(user_id: UserId, email: EmailAddress, expires_at: Timestamp, entropy: &dyn Entropy) -> (Self, Secret) {
        let secret = Secret::generate(entropy);
        (
            Self {
                user_id,
                hash: secret.hash(),
                email,
                expires_at,
            },
            secret,
        )
    }

    pub fn open(&self, presented: &Secret, now: Timestamp) -> Result<(), GrantRefused> {
        if !self.hash.matches(presented) {
            return Err(GrantRefused::Unknown);
        }
        if self.expires_at <= now {
            Err(GrantRefused::Expired)
        } else {
            Ok(())
        }
    }
}
