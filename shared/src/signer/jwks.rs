//! JSON Web Keys: serialized public keys (RFC 7517) and their thumbprints (RFC 7638).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    JwkSet, KeyAlgorithm, PublicKeyUse, ThumbprintHash,
};
use p256::PublicKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::DecodePublicKey;

use super::SignerError;
use crate::domain::signing_key::{KeyRing, SigningKey};

const COORDINATE_LENGTH: usize = 32;

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
    let mut jwk = jwk(&public_key(&key.public_key)?);
    jwk.common.key_id = Some(key.kid.clone());
    Ok(jwk)
}

/// The `kid`: the RFC 7638 thumbprint with SHA-256.
pub(super) fn thumbprint(key: &PublicKey) -> Result<String, SignerError> {
    jwk(key)
        .thumbprint(ThumbprintHash::SHA256)
        .map_err(|_| SignerError::UnusableKey)
}

/// Parses a `SubjectPublicKeyInfo` in DER; refuses other curves and points that are not on P-256.
pub(super) fn public_key(der: &[u8]) -> Result<PublicKey, SignerError> {
    PublicKey::from_public_key_der(der).map_err(|_| SignerError::UnusableKey)
}

fn jwk(key: &PublicKey) -> Jwk {
    let point = key.to_encoded_point(false);
    // An uncompressed point is one byte of format, then two coordinates of equal length (SEC 1, section 2.3.3).
    let (x, y) = point.as_bytes()[1..].split_at(COORDINATE_LENGTH);
    Jwk {
        common: CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(KeyAlgorithm::ES256),
            ..CommonParameters::default()
        },
        algorithm: AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
            key_type: EllipticCurveKeyType::EC,
            curve: EllipticCurve::P256,
            x: URL_SAFE_NO_PAD.encode(x),
            y: URL_SAFE_NO_PAD.encode(y),
        }),
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(thumbprint(&public_key(&spki()).expect("a key")), Ok(KID.to_owned()));
    }
}
