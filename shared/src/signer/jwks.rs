//! Key sets (RFC 7517, section 5).

use jsonwebtoken::jwk::{Jwk, JwkSet};

use super::SignerError;
use super::public_key::PublicKey;
use crate::domain::signing_key::{KeyRing, SigningKey};

/// The key set with which others verify the ring's tokens. It contains public keys only and does not reveal where the
/// private keys are. A key whose stored public key cannot be parsed, which is a bug, is logged and omitted, so that the
/// tokens of the other keys remain verifiable.
pub fn jwk_set(keys: &KeyRing) -> JwkSet {
    let keys = keys.published().filter_map(|key| {
        jwk_of(key)
            .inspect_err(|_| tracing::error!(key.id = key.kid, "a stored signing key has no valid public key"))
            .ok()
    });
    JwkSet { keys: keys.collect() }
}

/// The public half of a key in the form that verifiers read.
pub fn jwk_of(key: &SigningKey) -> Result<Jwk, SignerError> {
    let mut jwk = PublicKey::from_der(&key.public_key)?.jwk();
    jwk.common.key_id = Some(key.kid.clone());
    Ok(jwk)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::domain::signing_key::{KeyState, PrivateKey};

    /// The key of RFC 7517, appendix A.1, as a `SubjectPublicKeyInfo`. The thumbprint was computed with another tool.
    const SPKI: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==";
    const KID: &str = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s";

    fn key(kid: &str, public_key: Vec<u8>) -> SigningKey {
        SigningKey {
            kid: kid.to_owned(),
            public_key,
            private_key: PrivateKey::Wrapped {
                ciphertext: b"ciphertext".to_vec(),
            },
            created_at: Timestamp::UNIX_EPOCH,
            state: KeyState::Next,
        }
    }

    fn spki() -> Vec<u8> {
        base64::engine::general_purpose::STANDARD.decode(SPKI).expect("base64")
    }

    #[test]
    fn the_set_shows_public_material_only() {
        let ring = KeyRing {
            keys: vec![key(KID, spki()), key("broken", vec![1, 2, 3])],
            version: 1,
            busy_until: None,
        };
        let expected = json!({ "keys": [{
            "kty": "EC",
            "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
            "use": "sig",
            "alg": "ES256",
            "kid": KID,
        }] });
        assert_eq!(serde_json::to_value(jwk_set(&ring)).expect("JSON"), expected);
    }

    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        let key = PublicKey::from_der(&spki()).expect("a key");
        assert_eq!(key.thumbprint(), Ok(KID.to_owned()));
    }
}
