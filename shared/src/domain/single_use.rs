//! ID tokens as credentials that are good once. A provider's ID token is a bearer token: without a record of its use, a
//! copy of it would open further sessions while it is valid (replay).

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::ids::{SessionId, UserId};
use super::secret::{RefreshSecret, Secret, SecretHash};
use super::session::REPEAT_WINDOW;

/// An ID token that a sign-in uses up.
#[derive(Debug, Clone)]
pub struct SingleUse {
    secret: Secret,
    /// The use must be remembered until then.
    pub expires_at: Timestamp,
}

/// The record of the use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpentToken {
    pub id: SecretHash,
    pub user_id: UserId,
    /// The session that the token opened. `None`: the token made a user whose address must be verified first, it linked
    /// an identity to a user, or it proved the identity of a user who completed the sign-up later.
    pub session_id: Option<SessionId>,
    pub is_new_user: bool,
    /// The secrets of the session can be derived again from this salt and the ID token, which the server does not
    /// store in a readable form.
    pub salt: [u8; 32],
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

const SESSION: [u8; 32] = *b"ostiary: session of an ID token.";
const REFRESH_FAMILY: [u8; 32] = *b"ostiary: refresh family of it...";
const REFRESH_CURRENT: [u8; 32] = *b"ostiary: refresh secret of it...";

impl SingleUse {
    pub fn of(token: &str, expires_at: Timestamp) -> Self {
        // Without the signature, because a second signature of the same content can be computed from an ECDSA signature
        // without the key.
        let content = token.rsplit_once('.').map_or(token, |(content, _)| content);
        Self {
            secret: Secret::from_bytes(Sha256::digest(content).into()),
            expires_at,
        }
    }

    pub fn id(&self) -> SecretHash {
        self.secret.hash()
    }

    /// The secrets of the session that the token opens. A client that lost the answer, and repeats the request, gets
    /// the same ones.
    pub fn session_secrets(&self, salt: &[u8; 32]) -> (Secret, RefreshSecret) {
        let own = self.secret.derive(salt);
        let refresh = RefreshSecret {
            family: own.derive(&REFRESH_FAMILY),
            current: own.derive(&REFRESH_CURRENT),
        };
        (own.derive(&SESSION), refresh)
    }
}

impl SpentToken {
    /// Whether another presentation of the token counts as a repetition of the same request.
    pub fn may_be_repeated(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < REPEAT_WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str) -> SingleUse {
        SingleUse::of(text, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn another_signature_of_the_same_content_is_the_same_token() {
        assert_eq!(token("a.b.c").id(), token("a.b.d").id());
        assert_ne!(token("a.b.c").id(), token("a.c.c").id());
    }

    #[test]
    fn the_secrets_depend_on_token_and_salt() {
        let secret = |text: &str, salt| token(text).session_secrets(&[salt; 32]).0.hash();
        assert_eq!(secret("a.b.c", 1), secret("a.b.c", 1));
        assert_ne!(secret("a.b.c", 1), secret("a.b.c", 2));
        assert_ne!(secret("a.b.c", 1), secret("a.d.c", 1));
        let (session, refresh) = token("a.b.c").session_secrets(&[1; 32]);
        assert_ne!(session.hash(), refresh.current.hash());
        assert_ne!(refresh.family.hash(), refresh.current.hash());
    }
}
