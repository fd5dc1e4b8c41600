//! The types of openidconnect, with the additional claims that are used here.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields,
    IdTokenVerifier, StandardErrorResponse, StandardTokenResponse,
};
use serde::{Deserialize, Serialize};

/// The claims of a provider with many tenants.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DirectoryClaims {
    /// The tenant of the user.
    pub tid: Option<String>,
    /// Whether the owner of the tenant has proven to own the domain of the address: a boolean, or a number or text for
    /// one.
    pub xms_edov: Option<serde_json::Value>,
}

impl AdditionalClaims for DirectoryClaims {}

pub type IdToken = openidconnect::IdToken<
    DirectoryClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

pub type Claims = openidconnect::IdTokenClaims<DirectoryClaims, CoreGenderClaim>;

pub type Verifier<'a> = IdTokenVerifier<'a, CoreJsonWebKey>;

pub type Tokens = StandardTokenResponse<
    IdTokenFields<
        DirectoryClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

pub type TokenError = StandardErrorResponse<CoreErrorResponseType>;

pub type Client = openidconnect::Client<
    DirectoryClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    TokenError,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
