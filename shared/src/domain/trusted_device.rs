//! Trusted devices: browsers in which the second factor was verified, and which are exempt from it for a limited time.
//!
//! Such a browser has a token whose secret is rotated at each use, like a refresh token. Reuse of an old secret is
//! detected and ends the trust.

use jiff::{SignedDuration, Timestamp};

use super::ids::{DeviceId, UserId};
use super::secret::{Secret, SecretHash};
use super::session::REPEAT_WINDOW;
use super::token::TrustedDeviceToken;
use super::user::User;
use crate::entropy::Entropy;

/// How long a browser is trusted after its last use for a sign-in.
pub const TRUSTED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long a browser is trusted at most, however often it is used.
const TRUSTED_AT_MOST: SignedDuration = SignedDuration::from_hours(90 * 24);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedDevice {
    pub id: DeviceId,
    pub user_id: UserId,
    pub hash: SecretHash,
    pub replaced: Option<ReplacedSecret>,
    /// See [`User::session_generation`]: an action that ends all sessions also ends the trust.
    pub session_generation: u64,
    /// See [`User::trust_generation`].
    pub trust_generation: u64,
    pub expires_at: Timestamp,
    /// The end of the trust that no use postpones.
    pub ends_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplacedSecret {
    pub hash: SecretHash,
    /// The successor can be derived again from this salt and the replaced secret, which the server does not store.
    pub salt: [u8; 32],
    pub at: Timestamp,
}

/// The result of presenting a token.
#[derive(Debug)]
pub enum Trust {
    /// The caller stores `next`, on the condition that the device is unchanged (optimistic lock).
    Renewed {
        next: TrustedDevice,
        token: TrustedDeviceToken,
    },
    /// The token was rotated within [`REPEAT_WINDOW`]: responses get lost, and a browser may send it from two tabs at
    /// once.
    Repeated { token: TrustedDeviceToken },
    /// The token is an old copy, or from before the trust ended.
    Refused,
}

impl TrustedDevice {
    /// When the browser became trusted.
    pub fn trusted_at(&self) -> Timestamp {
        self.ends_at - TRUSTED_AT_MOST
    }

    pub fn trust(user: &User, now: Timestamp, entropy: &dyn Entropy) -> (Self, TrustedDeviceToken) {
        let secret = Secret::generate(entropy);
        let device = Self {
            id: DeviceId::generate(now, entropy),
            user_id: user.id,
            hash: secret.hash(),
            replaced: None,
            session_generation: user.session_generation,
            trust_generation: user.trust_generation,
            expires_at: now + TRUSTED_FOR,
            ends_at: now + TRUSTED_AT_MOST,
        };
        let token = device.token(secret);
        (device, token)
    }

    /// Returns the device with the generations of `user`, its owner.
    #[must_use]
    pub fn under(&self, user: &User) -> Self {
        Self {
            session_generation: user.session_generation,
            trust_generation: user.trust_generation,
            ..self.clone()
        }
    }

    /// `user` must be the owner as just read.
    pub fn present(&self, secret: &Secret, user: &User, now: Timestamp, entropy: &dyn Entropy) -> Trust {
        let is_valid = self.user_id == user.id
            && self.session_generation == user.session_generation
            && self.trust_generation == user.trust_generation
            && self.expires_at > now;
        if !is_valid {
            return Trust::Refused;
        }
        if self.hash.matches(secret) {
            return self.renew(secret, now, entropy.bytes());
        }
        match &self.replaced {
            Some(replaced) if replaced.hash.matches(secret) && now.duration_since(replaced.at) <= REPEAT_WINDOW => {
                Trust::Repeated {
                    token: self.token(secret.derive(&replaced.salt)),
                }
            }
            _ => Trust::Refused,
        }
    }

    fn renew(&self, secret: &Secret, now: Timestamp, salt: [u8; 32]) -> Trust {
        let successor = secret.derive(&salt);
        let next = Self {
            hash: successor.hash(),
            replaced: Some(ReplacedSecret {
                hash: self.hash,
                salt,
                at: now,
            }),
            expires_at: (now + TRUSTED_FOR).min(self.ends_at),
            ..self.clone()
        };
        let token = self.token(successor);
        Trust::Renewed { next, token }
    }

    fn token(&self, secret: Secret) -> TrustedDeviceToken {
        TrustedDeviceToken {
            user_id: self.user_id,
            device_id: self.id,
            secret,
        }
    }
}
