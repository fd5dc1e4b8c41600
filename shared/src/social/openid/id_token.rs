//! Validation of ID tokens: the token is for this client and for this sign-in (OpenID Connect Core, section 3.1.3.7).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{CommonParameters, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::OpenId;
use super::discovery::{Known, TENANT_PLACEHOLDER};
use crate::domain::{Binding, SingleUse};
use crate::social::ProviderError;
use crate::social::claims::Claims;
use crate::social::error::invalid_token;

/// Only signatures with the provider's private key are accepted: with a shared secret the client could forge tokens,
/// and `none` is no signature.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// How old a token may be that a client presents: long enough for a form of the application between the provider and
/// the sign-in.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(5);
/// How far the provider's clock may be ahead.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(1);

/// The nonce that an ID token must have.
#[derive(Clone, Copy)]
pub enum Expected<'a> {
    /// The nonce that the service generated.
    Ours(&'a str),
    /// The nonce of the client. A token without a nonce needs none.
    Clients(Option<&'a str>),
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
enum Rejected {
    #[error("the token is no JWT of the documented form")]
    Malformed,
    #[error("the token is signed with an algorithm that is not accepted")]
    Algorithm,
    #[error("the token is of another type")]
    Type,
    #[error("no key of the provider has signed the token")]
    UnknownKey,
    #[error("the signature is wrong")]
    Signature,
    #[error("the token is of another issuer")]
    Issuer,
    #[error("the token is for another client")]
    Audience,
    #[error("the token has expired")]
    Expired,
    #[error("the token was not issued recently")]
    IssueTime,
    #[error("the nonce is not the one that was sent")]
    Nonce,
    #[error("the token was issued with another access token")]
    AccessToken,
}

impl OpenId {
    /// Validates signature, issuer, audience, times and nonce, and the hash of the access token (section 3.1.3.8).
    pub(super) async fn verify(
        &self,
        token: &str,
        expected: Expected<'_>,
        access_token: Option<&str>,
        now: Timestamp,
    ) -> Result<Claims, ProviderError> {
        // A malformed token is no reason to ask the provider.
        header(token).map_err(|error| invalid_token(&self.provider, &error))?;
        let known = self.discovery.known(now).await?;
        let mut claims = self.claims(token, &known, expected, access_token, now);
        if claims == Err(Rejected::UnknownKey) {
            let known = self.discovery.refetched(now).await?;
            claims = self.claims(token, &known, expected, access_token, now);
        }
        claims.map_err(|error| invalid_token(&self.provider, &error))
    }

    fn claims(
        &self,
        token: &str,
        known: &Known,
        expected: Expected<'_>,
        access_token: Option<&str>,
        now: Timestamp,
    ) -> Result<Claims, Rejected> {
        let header = header(token)?;
        let claims = signed_claims(token, &header, known)?;
        check_issuer(&claims, known.metadata.issuer().as_str())?;
        self.check_audience(&claims)?;
        check_times(&claims, expected, now)?;
        let nonce = match &claims.0["nonce"] {
            Value::Null => None,
            nonce => Some(nonce.as_str().ok_or(Rejected::Malformed)?),
        };
        self.check_nonce(nonce, expected)?;
        if let (Some(hash), Some(access_token)) = (claims.text("at_hash"), access_token)
            && Some(hash) != hash_of(access_token, header.alg).as_deref()
        {
            return Err(Rejected::AccessToken);
        }
        Ok(claims)
    }

    /// The token is for this client alone: another audience could present it here.
    fn check_audience(&self, claims: &Claims) -> Result<(), Rejected> {
        let client = Value::from(self.client_id.as_str());
        let audience = &claims.0["aud"];
        let is_ours = *audience == client || *audience == Value::Array(vec![client.clone()]);
        let party = &claims.0["azp"];
        if is_ours && (party.is_null() || *party == client) {
            Ok(())
        } else {
            Err(Rejected::Audience)
        }
    }

    fn check_nonce(&self, nonce: Option<&str>, expected: Expected<'_>) -> Result<(), Rejected> {
        let holds = match (nonce, expected) {
            (Some(nonce), Expected::Ours(ours)) => nonce == ours,
            (None, Expected::Ours(_)) => !self.expects_nonce,
            // The user of a flow of this service can read its ID token, so it must not be accepted as a credential.
            (Some(nonce), Expected::Clients(theirs)) => !Binding::is_nonce(nonce) && theirs == Some(nonce),
            (None, Expected::Clients(theirs)) => theirs.is_none(),
        };
        if holds { Ok(()) } else { Err(Rejected::Nonce) }
    }
}

fn header(token: &str) -> Result<Header, Rejected> {
    let header = jsonwebtoken::decode_header(token).map_err(|_| Rejected::Malformed)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Rejected::Algorithm);
    }
    // Tokens of other types, such as access tokens (RFC 9068), are signed with the same keys.
    let is_id_token = header
        .typ
        .as_deref()
        .is_none_or(|kind| kind.eq_ignore_ascii_case("JWT"));
    if !is_id_token || header.crit.is_some() {
        return Err(Rejected::Type);
    }
    Ok(header)
}

/// The claims, if one of the provider's keys has signed them.
fn signed_claims(token: &str, header: &Header, known: &Known) -> Result<Claims, Rejected> {
    let mut validation = Validation::new(header.alg);
    // The library would read the system clock and add a leeway. The claims are checked afterwards.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let mut rejected = Rejected::UnknownKey;
    for key in keys(known, header) {
        match jsonwebtoken::decode::<Value>(token, &key, &validation) {
            Ok(data) if data.claims.is_object() => return Ok(Claims(data.claims)),
            Ok(_) => return Err(Rejected::Malformed),
            Err(_) => rejected = Rejected::Signature,
        }
    }
    Err(rejected)
}

/// The keys that the header may mean: that with its `kid`, or all of a token without one.
fn keys<'a>(known: &'a Known, header: &'a Header) -> impl Iterator<Item = DecodingKey> + 'a {
    let named = known.keys.iter();
    let named = named.filter(|jwk| header.kid.is_none() || jwk.common.key_id == header.kid);
    let signing = named.filter(|jwk| verifies(jwk, header.alg));
    let decoding = signing.filter_map(|jwk| DecodingKey::from_jwk(jwk).ok());
    decoding.filter(move |key| key.family().algorithms().contains(&header.alg))
}

/// Whether the provider has published the key for signatures with the algorithm: `use`, `key_ops` and `alg` restrict it
/// (RFC 7517, sections 4.2 to 4.4).
fn verifies(jwk: &Jwk, algorithm: Algorithm) -> bool {
    let CommonParameters {
        public_key_use,
        key_operations,
        key_algorithm,
        ..
    } = &jwk.common;
    let is_for_signatures = public_key_use
        .as_ref()
        .is_none_or(|key_use| *key_use == PublicKeyUse::Signature);
    let may_verify = key_operations
        .as_ref()
        .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    let has_algorithm = key_algorithm.is_none_or(|only| only.to_string().parse() == Ok(algorithm));
    is_for_signatures && may_verify && has_algorithm
}

fn check_issuer(claims: &Claims, own: &str) -> Result<(), Rejected> {
    // An issuer of many tenants names the tenant in its place.
    let expected = match claims.text("tid") {
        Some(tenant) => own.replace(TENANT_PLACEHOLDER, tenant),
        None => own.to_owned(),
    };
    if claims.text("iss") == Some(&expected) && !expected.contains(TENANT_PLACEHOLDER) {
        Ok(())
    } else {
        Err(Rejected::Issuer)
    }
}

fn check_times(claims: &Claims, expected: Expected<'_>, now: Timestamp) -> Result<(), Rejected> {
    let expires_at = time(claims, "exp").ok_or(Rejected::Malformed)?;
    let issued_at = time(claims, "iat").ok_or(Rejected::Malformed)?;
    if expires_at <= now {
        return Err(Rejected::Expired);
    }
    let age = now.duration_since(issued_at);
    match expected {
        // The provider has just issued it, in exchange for a code.
        Expected::Ours(_) => Ok(()),
        Expected::Clients(_) if (-CLOCK_SKEW..=MAX_AGE).contains(&age) => Ok(()),
        Expected::Clients(_) => Err(Rejected::IssueTime),
    }
}

/// A `NumericDate` (RFC 7519, section 2), which may have a fraction.
fn time(claims: &Claims, name: &str) -> Option<Timestamp> {
    let value = &claims.0[name];
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and jiff checks the range"
    )]
    let seconds = value
        .as_i64()
        .or_else(|| value.as_f64().map(|seconds| seconds as i64))?;
    Timestamp::from_second(seconds).ok()
}

/// The left half of the hash (section 3.1.3.6). `None`: the specification names none for the algorithm.
fn hash_of(access_token: &str, algorithm: Algorithm) -> Option<String> {
    let hash = match algorithm {
        Algorithm::ES256 | Algorithm::RS256 | Algorithm::PS256 => Sha256::digest(access_token).to_vec(),
        Algorithm::ES384 | Algorithm::RS384 | Algorithm::PS384 => Sha384::digest(access_token).to_vec(),
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => Sha512::digest(access_token).to_vec(),
        _ => return None,
    };
    Some(URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]))
}

/// The token as a credential that is good once. It must be remembered as long as it could be presented.
pub fn single_use(token: &str, claims: &Claims) -> Option<SingleUse> {
    let issued_at = time(claims, "iat")?;
    Some(SingleUse::of(token, issued_at + MAX_AGE + CLOCK_SKEW))
}
