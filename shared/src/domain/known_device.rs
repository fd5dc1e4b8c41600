//! Known devices: browsers and other clients in which a user has signed in before (OWASP device cookie). Attempts at a
//! password from such a device are counted for the device alone, so that an attacker who exhausts the attempts at a name
//! cannot keep its owner out. A device's token authenticates nothing.
//!
//! Devices are not stored: a token contains a code (HMAC-SHA-256) that only the key of the user's credential produces.

use super::ids::{DeviceId, UserId};
use super::secret::Secret;
use super::token::KnownDeviceToken;
use crate::entropy::Entropy;

/// The key of a user's known devices. Read access to the table alone reveals it, which gives an attacker no access:
/// only more attempts at a password whose hash is stored beside it.
#[derive(Debug, Clone)]
pub struct DeviceKey(Secret);

impl DeviceKey {
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(Secret::generate(entropy))
    }

    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Secret::from_bytes(bytes))
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub fn issue(&self, user_id: UserId, device_id: DeviceId) -> KnownDeviceToken {
        KnownDeviceToken {
            user_id,
            device_id,
            secret: self.code(user_id, device_id),
        }
    }

    /// Whether this key issued the token. The comparison takes constant time.
    pub fn has_issued(&self, token: &KnownDeviceToken) -> bool {
        self.code(token.user_id, token.device_id).hash().matches(&token.secret)
    }

    fn code(&self, user: UserId, device: DeviceId) -> Secret {
        let mut named = [0; 32];
        named[..16].copy_from_slice(&user.to_bytes());
        named[16..].copy_from_slice(&device.to_bytes());
        self.0.derive(&named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_valid_for_its_key_user_and_device() {
        let (ada, eve) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let (browser, other) = (DeviceId::from_bytes([3; 16]), DeviceId::from_bytes([4; 16]));
        let key = DeviceKey::from_bytes([5; 32]);
        let token = key.issue(ada, browser);
        let token = KnownDeviceToken::parse(&token.to_string()).expect("a token");
        assert!(key.has_issued(&token));
        assert!(!DeviceKey::from_bytes([6; 32]).has_issued(&token));
        for (user_id, device_id) in [(eve, browser), (ada, other)] {
            assert!(!key.has_issued(&KnownDeviceToken {
                user_id,
                device_id,
                ..token.clone()
            }));
        }
    }
}
