//! Grants that a token from a mail opens, once. Each purpose is a type of its own, so a token for one cannot be spent on
//! another. A user has at most one grant of each purpose: a newer one supersedes the older.

use jiff::Timestamp;

use super::email::EmailAddress;
use super::ids::UserId;
use super::secret::{Secret, SecretHash};
use crate::entropy::Entropy;

/// What a one-time token is good for.
pub trait Purpose: Send + Sync + 'static {
    /// The prefix of its tokens.
    const TOKEN_KIND: &'static str;
    /// Its name in keys and logs.
    const NAME: &'static str;
    /// Whether only a session can begin it, so that it is over when all sessions are.
    const ENDS_WITH_SESSIONS: bool;
}

macro_rules! purpose {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $text:literal, ends_with_sessions: $ends:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {}

        impl Purpose for $name {
            const TOKEN_KIND: &'static str = $kind;
            const NAME: &'static str = $text;
            const ENDS_WITH_SESSIONS: bool = $ends;
        }
    };
}

purpose!(
    /// Shows that the user reads mail at the address.
    VerifyEmail, "vfy", "verify-email", ends_with_sessions: false
);
purpose!(
    /// Sets a new password without the old one.
    ResetPassword, "rst", "reset-password", ends_with_sessions: false
);
purpose!(
    /// Moves the user to the address that the token was sent to.
    ChangeEmail, "cem", "change-email", ends_with_sessions: true
);
purpose!(
    /// Confirms that the user wants to be deleted.
    DeleteUser, "del", "delete-user", ends_with_sessions: true
);

/// The stored half of a [`OneTimeToken`](super::OneTimeToken).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeGrant {
    pub user_id: UserId,
    pub hash: SecretHash,
    /// The mailbox that the token went to. Whoever presents the token reads it.
    pub email: EmailAddress,
    pub expires_at: Timestamp,
}

/// Why a token opens nothing. Told apart for the log; contracts decide what to show.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum GrantRefused {
    #[error("the token is unknown, spent or superseded")]
    Unknown,
    #[error("the token has expired")]
    Expired,
}

impl OneTimeGrant {
    /// Makes a grant and the secret that opens it.
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
