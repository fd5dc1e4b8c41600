//! Verification of access tokens, offline and against the ring's public keys only. It does not check whether the
//! session is still live.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

use super::claims::{TYPE, WireClaims, WireHeader};
use super::public_key::PublicKey;
use super::{Signer, SignerSettings, SigningAlgorithm};
use crate::domain::AccessClaims;
use crate::domain::signing_key::{KeyRing, Ring};

#[cfg(test)]
mod tests;

/// API Gateway accepts at most 10,240 bytes of headers, so no request carries a longer token. Longer tokens are not
/// parsed.
const LONGEST_TOKEN: usize = 10_240;

/// How far the clock of the machine that issued a token may be ahead of the local one. Expiry has no such tolerance.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Why a token is rejected. The reason is for logs and tests; the client does not learn it.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum TokenRejected {
    #[error("not in the form of an access token")]
    Malformed,
    #[error("signed with another algorithm than that of the key")]
    WrongAlgorithm,
    #[error("not typed as an access token")]
    WrongType,
    #[error("signed with a key that is not in the ring")]
    UnknownKey,
    #[error("the signature does not match")]
    WrongSignature,
    #[error("issued by another issuer")]
    WrongIssuer,
    #[error("issued for another audience")]
    WrongAudience,
    #[error("expired")]
    Expired,
    #[error("issued in the future")]
    NotYetIssued,
}

/// The validation rules for the tokens of each ring and algorithm, prepared once.
#[derive(Debug)]
pub(super) struct Verifier {
    user: Rules,
    admin: Rules,
}

#[derive(Debug)]
struct Rules {
    es256: Validation,
    rs256: Validation,
}

impl Verifier {
    pub fn new(settings: &SignerSettings) -> Self {
        let rules = |ring| Rules {
            es256: validation(settings, ring, Algorithm::ES256),
            rs256: validation(settings, ring, Algorithm::RS256),
        };
        Self {
            user: rules(Ring::User),
            admin: rules(Ring::Admin),
        }
    }

    fn of(&self, ring: Ring, algorithm: SigningAlgorithm) -> &Validation {
        let rules = match ring {
            Ring::User => &self.user,
            Ring::Admin => &self.admin,
        };
        match algorithm {
            SigningAlgorithm::Es256 => &rules.es256,
            SigningAlgorithm::Rs256 => &rules.rs256,
        }
    }
}

fn validation(settings: &SignerSettings, ring: Ring, algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.set_issuer(&[&settings.issuer]);
    validation.set_audience(&[settings.audience_of(ring)]);
    // The library would read the system clock and add a leeway. `check_times` checks the times instead.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

impl Signer {
    /// Returns the claims of a token that one of `keys` signed for this ring and that is valid now. Makes no KMS call.
    pub fn verify_access_token(
        &self,
        ring: Ring,
        keys: &KeyRing,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims, TokenRejected> {
        let header = header(token)?;
        // A stored key that cannot be parsed verifies no token. `jwk_set` logs such a key when the key set is
        // published.
        let key = keys
            .find(&header.kid)
            .and_then(|key| PublicKey::from_der(&key.public_key).ok())
            .ok_or(TokenRejected::UnknownKey)?;
        // The key decides on the algorithm, and never the token (RFC 8725, section 3.1).
        if header.alg != key.algorithm().as_str() {
            return Err(TokenRejected::WrongAlgorithm);
        }
        let rules = self.verifier.of(ring, key.algorithm());
        let key = DecodingKey::from_jwk(&key.jwk()).map_err(|_| TokenRejected::UnknownKey)?;
        let data = jsonwebtoken::decode::<WireClaims>(token, &key, rules).map_err(|e| fact(&e))?;
        let claims = AccessClaims::try_from(data.claims).map_err(|_| TokenRejected::Malformed)?;
        check_times(&claims, now)?;
        Ok(claims)
    }
}

/// Returns the `kid` that a token claims; `None` for text that cannot be an access token of this service. The value is
/// unverified: it may only be used to find the ring with which to verify the token.
pub fn key_id_of(token: &str) -> Option<String> {
    header(token).ok().map(|header| header.kid)
}

/// Returns a header that has exactly the form in which this service writes headers.
fn header(token: &str) -> Result<WireHeader, TokenRejected> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenRejected::Malformed);
    }
    let (encoded, _) = token.split_once('.').ok_or(TokenRejected::Malformed)?;
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| TokenRejected::Malformed)?;
    let header: WireHeader = serde_json::from_slice(&json).map_err(|_| TokenRejected::Malformed)?;
    if SigningAlgorithm::parse(&header.alg).is_none() {
        return Err(TokenRejected::WrongAlgorithm);
    }
    if header.typ != TYPE {
        return Err(TokenRejected::WrongType);
    }
    Ok(header)
}

fn check_times(claims: &AccessClaims, now: Timestamp) -> Result<(), TokenRejected> {
    if now >= claims.expires_at {
        return Err(TokenRejected::Expired);
    }
    if claims.issued_at.duration_since(now) > CLOCK_SKEW {
        return Err(TokenRejected::NotYetIssued);
    }
    Ok(())
}

fn fact(error: &Error) -> TokenRejected {
    match error.kind() {
        ErrorKind::InvalidSignature => TokenRejected::WrongSignature,
        ErrorKind::InvalidIssuer => TokenRejected::WrongIssuer,
        ErrorKind::InvalidAudience => TokenRejected::WrongAudience,
        _ => TokenRejected::Malformed,
    }
}
