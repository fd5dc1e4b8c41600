//! The types of openidconnect, with the claims that are read here beyond the standard ones.

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

/// Of a provider whose directories are many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DirectoryClaims {
    /// The directory of the user.
    pub tid: Option<String>,
    /// The owner of the directory has shown to own the address's domain. A boolean, or a number or a text that stands for one.
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
