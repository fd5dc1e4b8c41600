//! Verification of access tokens, offline and against the ring's public keys only. Whether the session still lives is not
//! asked here.

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

/// No request carries more: API Gateway takes 10,240 bytes of headers. Longer ones are not even parsed.
const LONGEST_TOKEN: usize = 10_240;

/// How far the clock of the machine that issued a token may be ahead of this one's. Expiry gets no such grace.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Why a token is not accepted. For logs and tests: whoever presented it learns no more than that.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum TokenRejected {
    #[error("not of the form in which access tokens are issued")]
    Malformed,
    #[error("signed with another algorithm than ES256")]
    WrongAlgorithm,
    #[error("not typed as an access token")]
    WrongType,
    #[error("signed with a key that is not in the ring")]
    UnknownKey,
    #[error("the signature does not fit")]
    WrongSignature,
    #[error("issued by somebody else")]
    WrongIssuer,
    #[error("issued for another audience")]
    WrongAudience,
    #[error("expired")]
    Expired,
    #[error("issued in the future")]
    NotYetIssued,
}

/// What a ring's tokens must say, prepared once.
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
    // The library would read the machine's clock, with leeway. See `check_times`.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

impl Signer {
    /// The claims of a token that one of `keys` has signed for this ring, and that is valid now. No KMS call.
    pub fn verify_access_token(
        &self,
        ring: Ring,
        keys: &KeyRing,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessClaims, TokenRejected> {
        let kid = key_id(token)?;
        // A stored key that cannot be read has been reported by whoever published the set; it verifies nothing.
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

/// The key that a token claims to be signed with; `None` for what cannot be an access token of ours. Good for finding the ring
/// to verify it with, and for nothing else.
pub fn key_id_of(token: &str) -> Option<String> {
    key_id(token).ok()
}

/// The `kid` of a header that is exactly as we write it.
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
