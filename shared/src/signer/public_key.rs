//! Public keys of both algorithms, as JSON Web Keys (RFC 7517) and by their thumbprints (RFC 7638).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters, EllipticCurveKeyType, Jwk,
    KeyAlgorithm, PublicKeyUse, RSAKeyParameters, RSAKeyType, ThumbprintHash,
};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::DecodePublicKey;
use rsa::RsaPublicKey;
use rsa::traits::PublicKeyParts;

use super::{SignerError, SigningAlgorithm};

const COORDINATE_LENGTH: usize = 32;
/// The length of an RSA modulus in bytes.
const MODULUS_LENGTH: usize = 256;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PublicKey {
    P256(p256::PublicKey),
    Rsa(RsaPublicKey),
}

impl PublicKey {
    /// Parses a `SubjectPublicKeyInfo` in DER; refuses other curves, points that are not on P-256, and RSA keys of other
    /// lengths than 2048 bits.
    pub fn from_der(der: &[u8]) -> Result<Self, SignerError> {
        if let Ok(key) = p256::PublicKey::from_public_key_der(der) {
            return Ok(Self::P256(key));
        }
        let key = RsaPublicKey::from_public_key_der(der).map_err(|_| SignerError::UnusableKey)?;
        if key.size() == MODULUS_LENGTH {
            Ok(Self::Rsa(key))
        } else {
            Err(SignerError::UnusableKey)
        }
    }

    pub fn algorithm(&self) -> SigningAlgorithm {
        match self {
            Self::P256(_) => SigningAlgorithm::Es256,
            Self::Rsa(_) => SigningAlgorithm::Rs256,
        }
    }

    /// The `kid`: the RFC 7638 thumbprint with SHA-256.
    pub fn thumbprint(&self) -> Result<String, SignerError> {
        self.jwk()
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|_| SignerError::UnusableKey)
    }

    /// The key without its `kid`.
    pub fn jwk(&self) -> Jwk {
        let (algorithm, parameters) = match self {
            Self::P256(key) => (
                KeyAlgorithm::ES256,
                AlgorithmParameters::EllipticCurve(coordinates(key)),
            ),
            Self::Rsa(key) => (KeyAlgorithm::RS256, AlgorithmParameters::RSA(modulus_and_exponent(key))),
        };
        Jwk {
            common: CommonParameters {
                public_key_use: Some(PublicKeyUse::Signature),
                key_algorithm: Some(algorithm),
                ..CommonParameters::default()
            },
            algorithm: parameters,
        }
    }
}

fn coordinates(key: &p256::PublicKey) -> EllipticCurveKeyParameters {
    let point = key.to_encoded_point(false);
    // An uncompressed point is one byte of format, then two coordinates of equal length (SEC 1, section 2.3.3).
    let (x, y) = point.as_bytes()[1..].split_at(COORDINATE_LENGTH);
    EllipticCurveKeyParameters {
        key_type: EllipticCurveKeyType::EC,
        curve: EllipticCurve::P256,
        x: URL_SAFE_NO_PAD.encode(x),
        y: URL_SAFE_NO_PAD.encode(y),
    }
}

fn modulus_and_exponent(key: &RsaPublicKey) -> RSAKeyParameters {
    RSAKeyParameters {
        key_type: RSAKeyType::RSA,
        n: URL_SAFE_NO_PAD.encode(key.n().to_bytes_be()),
        e: URL_SAFE_NO_PAD.encode(key.e().to_bytes_be()),
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    use super::*;

    /// The RSA key of RFC 7638, section 3.1, as a `SubjectPublicKeyInfo`.
    const MODULUS: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    const KID: &str = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";

    fn rsa_key(modulus: &[u8]) -> RsaPublicKey {
        let number = rsa::BigUint::from_bytes_be;
        RsaPublicKey::new(number(modulus), number(&[1, 0, 1])).expect("a key")
    }

    #[test]
    fn an_rsa_key_has_the_thumbprint_of_the_standard() {
        let key = PublicKey::Rsa(rsa_key(&URL_SAFE_NO_PAD.decode(MODULUS).expect("base64url")));
        assert_eq!(key.thumbprint(), Ok(KID.to_owned()));
        assert_eq!(
            serde_json::to_value(key.jwk()).expect("JSON"),
            json!({"kty": "RSA", "n": MODULUS, "e": "AQAB", "use": "sig", "alg": "RS256"})
        );
    }

    #[test]
    fn keys_of_other_kinds_are_refused() {
        use rsa::pkcs8::EncodePublicKey as _;
        let short = rsa_key(&[0xff; 128]).to_public_key_der().expect("DER");
        let ed25519 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        for der in [short.as_bytes(), &STANDARD.decode(ed25519).expect("base64"), &[]] {
            assert_eq!(PublicKey::from_der(der), Err(SignerError::UnusableKey));
        }
    }
}
