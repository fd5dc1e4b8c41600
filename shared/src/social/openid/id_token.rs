//! Validation of ID tokens: the token is for this client and for this sign-in (OpenID Connect Core, section 3.1.3.7).

use jiff::Timestamp;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::{AccessToken, AccessTokenHash, ClaimsVerificationError, Nonce, SignatureVerificationError};

use super::OpenId;
use super::discovery::{Known, TENANT_PLACEHOLDER};
use super::types::{Claims, IdToken, Verifier};
use crate::domain::Binding;
use crate::social::ProviderError;
use crate::social::error::invalid_token;

/// Only signatures with the provider's private key are accepted: with a shared secret the client could forge tokens,
/// and `none` is no signature.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The nonce that an ID token must have.
#[derive(Clone, Copy)]
pub enum Expected<'a> {
    /// The nonce that the service generated.
    Ours(&'a str),
    /// The nonce of the client, if it presents one: libraries of some platforms generate one and do not reveal it.
    Clients(Option<&'a str>),
}

impl OpenId {
    /// Validates signature, issuer, audience, times and nonce, and the hash of the access token (section 3.1.3.8).
    pub(super) async fn verify(
        &self,
        token: &IdToken,
        expected: Expected<'_>,
        access_token: Option<&AccessToken>,
        now: Timestamp,
    ) -> Result<Claims, ProviderError> {
        let mut known = self.discovery.known(now).await?;
        let mut claims = self.claims(token, &known, expected, now);
        if matches!(
            &claims,
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
            ))
        ) {
            known = self.discovery.refetched(now).await?;
            claims = self.claims(token, &known, expected, now);
        }
        let claims = claims.map_err(|error| invalid_token(&self.provider, &error))?;
        let verifier = self.verifier(&known, now);
        if let (Some(hash), Some(access_token)) = (claims.access_token_hash(), access_token) {
            let algorithm = token
                .signing_alg()
                .map_err(|error| invalid_token(&self.provider, &error))?;
            let key = token
                .signing_key(&verifier)
                .map_err(|error| invalid_token(&self.provider, &error))?;
            let actual = AccessTokenHash::from_token(access_token, algorithm, key);
            if actual.map_err(|error| invalid_token(&self.provider, &error))? != *hash {
                return Err(ProviderError::InvalidToken);
            }
        }
        Ok(claims)
    }

    fn claims(
        &self,
        token: &IdToken,
        known: &Known,
        expected: Expected<'_>,
        now: Timestamp,
    ) -> Result<Claims, ClaimsVerificationError> {
        let nonce = |nonce: Option<&Nonce>| self.check_nonce(nonce.map(Nonce::secret), expected);
        let claims = token.clone().into_claims(&self.verifier(known, now), nonce)?;
        let own = known.metadata.issuer().as_str();
        let directory = claims.additional_claims().tid.as_deref();
        if own.contains(TENANT_PLACEHOLDER)
            && directory.map(|id| own.replace(TENANT_PLACEHOLDER, id)).as_deref() != Some(claims.issuer().as_str())
        {
            return Err(ClaimsVerificationError::InvalidIssuer(
                "of another directory".to_owned(),
            ));
        }
        Ok(claims)
    }

    fn check_nonce(&self, nonce: Option<&String>, expected: Expected<'_>) -> Result<(), String> {
        let holds = match (nonce, expected) {
            (Some(nonce), Expected::Ours(ours)) => nonce == ours,
            (None, Expected::Ours(_)) => !self.expects_nonce,
            (nonce, Expected::Clients(Some(theirs))) => nonce.is_some_and(|nonce| nonce == theirs),
            (nonce, Expected::Clients(None)) => !nonce.is_some_and(|nonce| Binding::is_nonce(nonce)),
        };
        if holds {
            Ok(())
        } else {
            Err("not the one that was sent".to_owned())
        }
    }

    fn verifier<'a>(&self, known: &Known, now: Timestamp) -> Verifier<'a> {
        let metadata = &known.metadata;
        let keys = metadata.jwks().clone();
        let now = chrono::DateTime::from_timestamp_millis(now.as_millisecond()).unwrap_or_default();
        Verifier::new_public_client(self.client_id.clone(), metadata.issuer().clone(), keys)
            .set_allowed_algs(ALGORITHMS)
            // For an issuer with many tenants, the issuer is compared with that of the tenant afterwards.
            .require_issuer_match(!metadata.issuer().as_str().contains(TENANT_PLACEHOLDER))
            .set_time_fn(move || now)
    }
}
