//! An identity that a provider has authenticated, whose address no user has. It is kept for a short time, until the
//! client completes the sign-up without a further proof.

use std::fmt::{self, Write as _};

use jiff::{SignedDuration, Timestamp};

use super::email::EmailAddress;
use super::linked_account::Identity;
use super::one_time::GrantRefused;
use super::secret::{Secret, SecretHash};
use super::token::InvalidToken;
use crate::entropy::Entropy;

/// How long a client may take to complete the sign-up.
pub const PROVEN_IDENTITY_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// The stored half of a [`ProvenIdentityToken`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenIdentity {
    pub hash: SecretHash,
    /// The address is verified.
    pub identity: Identity,
    pub email: EmailAddress,
    /// The ID token that proved the identity. The completion uses it up, too.
    pub id_token: Option<ProvingToken>,
    pub expires_at: Timestamp,
    /// A spent proof stays until it expires, so that its repetition has an answer of its own.
    pub spent_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvingToken {
    pub id: SecretHash,
    pub expires_at: Timestamp,
}

/// Completes the sign-up of a proven identity. Its text is hexadecimal.
#[derive(Debug, Clone)]
pub struct ProvenIdentityToken {
    pub secret: Secret,
}

impl ProvenIdentity {
    /// `None`: the provider has not verified the address.
    pub fn issue(
        identity: &Identity,
        id_token: Option<ProvingToken>,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Option<(Self, ProvenIdentityToken)> {
        let email = identity.email.clone().filter(|_| identity.email_verified)?;
        let secret = Secret::generate(entropy);
        let proven = Self {
            hash: secret.hash(),
            identity: identity.clone(),
            email,
            id_token,
            expires_at: now + PROVEN_IDENTITY_LIFETIME,
            spent_at: None,
        };
        Some((proven, ProvenIdentityToken { secret }))
    }

    pub fn await_use(&self, now: Timestamp) -> Result<(), GrantRefused> {
        if self.spent_at.is_some() {
            Err(GrantRefused::Spent)
        } else if self.expires_at <= now {
            Err(GrantRefused::Expired)
        } else {
            Ok(())
        }
    }
}

impl ProvenIdentityToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidToken);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| InvalidToken)?;
        }
        Ok(Self {
            secret: Secret::from_bytes(bytes),
        })
    }
}

impl fmt::Display for ProvenIdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(64);
        for byte in self.secret.as_bytes() {
            write!(text, "{byte:02x}")?;
        }
        f.write_str(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_hexadecimal_in_either_case() {
        let token = ProvenIdentityToken {
            secret: Secret::from_bytes(std::array::from_fn(|at| u8::try_from(at * 8).expect("a byte"))),
        };
        let text = token.to_string();
        assert_eq!(text.len(), 64);
        for text in [text.clone(), text.to_uppercase()] {
            let parsed = ProvenIdentityToken::parse(&text).expect("a token");
            assert_eq!(parsed.secret.as_bytes(), token.secret.as_bytes());
        }
        for wrong in [
            "",
            &text[1..],
            &format!("{text}00"),
            &text.replace('0', "g"),
            &"é".repeat(32),
            &"+1".repeat(32),
        ] {
            assert!(ProvenIdentityToken::parse(wrong).is_err(), "{wrong}");
        }
    }
}
