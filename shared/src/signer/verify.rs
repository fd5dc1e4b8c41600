//! Verification of access tokens, offline and against the ring's public keys only. It does not check whether the
//! session is still live.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

use super::claims::{ALGORITHM, TYPE, WireClaims, WireHeader};
use super::jwks::jwk_of;
use super::{Signer, SignerSettings};
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
    #[error("signed with an algorithm other than ES256")]
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

/// The validation rules for the tokens of each ring, prepared once.
#[derive(Debug)]
pub(super) struct Verifier {
    user: Validation,
    admin: Validation,
}

impl Verifier {
    pub fn new(settings: &SignerSettings) -> Self {
        Self {
            user: validation(settings, Ring::User),
            admin: validation(settings, Ring::Admin),
        }
    }

    fn of(&self, ring: Ring) -> &Validation {
        match ring {
            Ring::User => &self.user,
            Ring::Admin => &self.admin,
        }
    }
}

fn validation(settings: &SignerSettings, ring: Ring) -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
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
        let kid = key_id(token)?;
        // A stored key that cannot be parsed verifies no token. `jwk_set` logs such a key when the key set is
        // published.
        let jwk = keys
            .find(&kid)
            .and_then(|key| jwk_of(key).ok())
            .ok_or(TokenRejected::UnknownKey)?;
        let key = DecodingKey::from_jwk(&jwk).map_err(|_| TokenRejected::UnknownKey)?;
        let data = jsonwebtoken::decode::<WireClaims>(token, &key, self.verifier.of(ring)).map_err(|e| fact(&e))?;
        let claims = AccessClaims::try_from(data.claims).map_err(|_| TokenRejected::Malformed)?;
        check_times(&claims, now)?;
        Ok(claims)
    }
}

/// Returns the `kid` that a token claims; `None` for text that cannot be an access token of this service. The value is
/// unverified: it may only be used to find the ring with which to verify the token.
pub fn key_id_of(token: &str) -> Option<String> {
    key_id(token).ok()
}

/// Returns the `kid` of a header that has exactly the form in which this service writes headers.
fn key_id(token: &str) -> Result<String, TokenRejected> {
    if token.len() > LONGEST_TOKEN {
        return Err(TokenRejected::Malformed);
    }
    let (encoded, _) = token.split_once('.').ok_or(TokenRejected::Malformed)?;
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| TokenRejected::Malformed)?;
    let header: WireHeader = serde_json::from_slice(&json).map_err(|_| TokenRejected::Malformed)?;
    if header.alg != ALGORITHM {
        return Err(TokenRejected::WrongAlgorithm);
    }
    if header.typ != TYPE {
        return Err(TokenRejected::WrongType);
    }
    Ok(header.kid)
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
