//! Passkeys in the `better_auth` contract: requests and responses. Options and responses have the JSON forms of
//! WebAuthn Level 3, section 5.1, which the framework's clients pass to the browser unchanged.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::contract::fields::parsers::{name, non_empty, nullable_name};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::time::time;
use crate::domain::passkey::{Ceremony, Passkey as CorePasskey};
use crate::operations::{PasskeyCreation, PasskeyRequest};

request! {
    pub struct GenerateRegisterOptionsQuery {
        /// Any text is accepted: the operation reports an unknown attachment with an error of its own.
        authenticator_attachment: Option<String> = "authenticatorAttachment",
        /// The name of the account in the authenticator; if absent, the address.
        name: Option<String> = non_empty("name"),
    }

    /// `createSession` is ignored: the caller has a session.
    pub struct VerifyRegistrationRequest {
        response: Value = response(),
        name: Option<String> = given_name(),
    }

    pub struct VerifyAuthenticationRequest {
        response: Value = response(),
    }

    pub struct DeletePasskeyRequest {
        id: String = "id",
    }

    pub struct UpdatePasskeyRequest {
        id: String = "id",
        name: String = name("name", 1, CorePasskey::MAX_NAME),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthenticatorAttachment {
    Platform,
    CrossPlatform,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Passkey {
    pub id: String,
    pub name: Option<String>,
    pub public_key: String,
    pub user_id: String,
    #[serde(rename = "credentialID")]
    pub credential_id: String,
    pub counter: u32,
    pub device_type: &'static str,
    pub backed_up: bool,
    pub transports: String,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
    pub aaguid: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationOptions {
    challenge: String,
    rp: Party,
    user: UserEntity,
    pub_key_cred_params: Vec<Algorithm>,
    timeout: u32,
    attestation: &'static str,
    exclude_credentials: Vec<Descriptor>,
    authenticator_selection: Selection,
    extensions: Extensions,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticationOptions {
    rp_id: String,
    challenge: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allow_credentials: Vec<Descriptor>,
    timeout: u32,
    user_verification: &'static str,
}

#[derive(Debug, Serialize)]
struct Party {
    name: String,
    id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct UserEntity {
    id: String,
    name: String,
    display_name: String,
}

#[derive(Debug, Serialize)]
struct Algorithm {
    alg: i64,
    r#type: &'static str,
}

#[derive(Debug, Serialize)]
struct Descriptor {
    id: String,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transports: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Selection {
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticator_attachment: Option<AuthenticatorAttachment>,
    resident_key: &'static str,
    require_resident_key: bool,
    user_verification: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    cred_props: bool,
}

const PUBLIC_KEY: &str = "public-key";
/// The resident-key and the user-verification preference, as in the framework: no authenticator is excluded.
const PREFERRED: &str = "preferred";

impl AuthenticatorAttachment {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "platform" => Some(Self::Platform),
            "cross-platform" => Some(Self::CrossPlatform),
            _ => None,
        }
    }
}

impl From<&CorePasskey> for Passkey {
    fn from(passkey: &CorePasskey) -> Self {
        Self {
            id: passkey.id().to_string(),
            name: passkey.name.clone(),
            public_key: STANDARD.encode(&passkey.public_key),
            user_id: passkey.user_id.to_string(),
            credential_id: passkey.credential_id.to_string(),
            counter: passkey.counter,
            device_type: passkey.device.as_str(),
            backed_up: passkey.backed_up,
            transports: passkey.transports.join(","),
            created_at: passkey.created_at,
            updated_at: passkey.updated_at,
            aaguid: passkey.aaguid.to_string(),
        }
    }
}

impl RegistrationOptions {
    /// The authenticator displays `name` and `display_name` for the account.
    pub fn of(
        creation: &PasskeyCreation<'_>,
        attachment: Option<AuthenticatorAttachment>,
        name: String,
        display_name: String,
    ) -> Self {
        let algorithm = |alg: &i64| Algorithm {
            alg: *alg,
            r#type: PUBLIC_KEY,
        };
        Self {
            challenge: URL_SAFE_NO_PAD.encode(&creation.challenge),
            rp: Party {
                name: creation.party.name.clone(),
                id: creation.party.id.clone(),
            },
            user: UserEntity {
                id: URL_SAFE_NO_PAD.encode(creation.user_handle),
                name,
                display_name,
            },
            pub_key_cred_params: creation.algorithms.iter().map(algorithm).collect(),
            timeout: Ceremony::BROWSER_TIMEOUT_MILLIS,
            attestation: "none",
            exclude_credentials: creation.existing.iter().map(Descriptor::from).collect(),
            authenticator_selection: Selection {
                authenticator_attachment: attachment,
                resident_key: PREFERRED,
                require_resident_key: false,
                user_verification: PREFERRED,
            },
            extensions: Extensions { cred_props: true },
        }
    }
}

impl From<&PasskeyRequest<'_>> for AuthenticationOptions {
    fn from(request: &PasskeyRequest<'_>) -> Self {
        Self {
            rp_id: request.party.id.clone(),
            challenge: URL_SAFE_NO_PAD.encode(&request.challenge),
            allow_credentials: request.allowed.iter().map(Descriptor::from).collect(),
            timeout: Ceremony::BROWSER_TIMEOUT_MILLIS,
            user_verification: PREFERRED,
        }
    }
}

impl From<&CorePasskey> for Descriptor {
    fn from(passkey: &CorePasskey) -> Self {
        Self {
            id: passkey.credential_id.to_string(),
            r#type: PUBLIC_KEY,
            transports: passkey.transports.clone(),
        }
    }
}

/// A name that consists of spaces counts as absent.
fn given_name(fields: &mut Fields<'_>) -> Read<Option<String>> {
    let name = nullable_name(fields, "name", CorePasskey::MAX_NAME)?;
    Some(name.filter(|name| !name.is_empty()))
}

/// An object, or its JSON text. Other text is passed on unchanged, and fails as an authenticator response.
fn response(fields: &mut Fields<'_>) -> Read<Value> {
    match fields.value("response") {
        Some(Value::String(text)) => Some(serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))),
        Some(object @ Value::Object(_)) => Some(object.clone()),
        other => fields.wrong_type("response", "object", other),
    }
}
