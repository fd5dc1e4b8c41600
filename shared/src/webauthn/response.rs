//! Parsing of responses of a browser in their JSON form (WebAuthn Level 3, section 5.1). Only verified members are
//! read; extensions are not requested, so their results are ignored.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use webauthn_rs_core::proto::{
    AuthenticationExtensionsClientOutputs, AuthenticatorAssertionResponseRaw, AuthenticatorAttestationResponseRaw,
    CollectedClientData, PublicKeyCredential, RegisterPublicKeyCredential, RegistrationExtensionsClientOutputs,
};

use crate::domain::passkey::CredentialId;

/// The result of `navigator.credentials.create()`.
#[derive(Debug)]
pub struct RegistrationResponse {
    pub(super) credential: RegisterPublicKeyCredential,
    pub(super) transports: Vec<String>,
}

/// The result of `navigator.credentials.get()`.
#[derive(Debug)]
pub struct AuthenticationResponse {
    pub(super) credential: PublicKeyCredential,
    credential_id: CredentialId,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a response of an authenticator")]
pub struct MalformedResponse;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CredentialJson<R> {
    id: String,
    raw_id: String,
    r#type: String,
    response: R,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AttestationJson {
    #[serde(rename = "clientDataJSON")]
    client_data: Bytes,
    attestation_object: Bytes,
    /// Any value is accepted, because it is only a hint.
    #[serde(default)]
    transports: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AssertionJson {
    #[serde(rename = "clientDataJSON")]
    client_data: Bytes,
    authenticator_data: Bytes,
    signature: Bytes,
    user_handle: Option<Bytes>,
}

struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl RegistrationResponse {
    pub fn parse(json: Value) -> Result<Self, MalformedResponse> {
        let (id, response) = credential::<AttestationJson>(json)?;
        Ok(Self {
            transports: transports(&response.transports),
            credential: RegisterPublicKeyCredential {
                id: id.to_string(),
                raw_id: id.as_bytes().to_vec(),
                response: AuthenticatorAttestationResponseRaw {
                    attestation_object: response.attestation_object.0,
                    client_data_json: response.client_data.0,
                    transports: None,
                },
                type_: PUBLIC_KEY.to_owned(),
                extensions: RegistrationExtensionsClientOutputs::default(),
            },
        })
    }

    /// The challenge that the response answers, if the client data can be read. It is not verified yet.
    pub fn challenge(&self) -> Option<Vec<u8>> {
        challenge(&self.credential.response.client_data_json)
    }
}

impl AuthenticationResponse {
    pub fn parse(json: Value) -> Result<Self, MalformedResponse> {
        let (id, response) = credential::<AssertionJson>(json)?;
        Ok(Self {
            credential: PublicKeyCredential {
                id: id.to_string(),
                raw_id: id.as_bytes().to_vec(),
                response: AuthenticatorAssertionResponseRaw {
                    authenticator_data: response.authenticator_data.0,
                    client_data_json: response.client_data.0,
                    signature: response.signature.0,
                    user_handle: response.user_handle.map(|handle| handle.0),
                },
                extensions: AuthenticationExtensionsClientOutputs::default(),
                type_: PUBLIC_KEY.to_owned(),
            },
            credential_id: id,
        })
    }

    /// The challenge that the response answers, if the client data can be read. It is not verified yet.
    pub fn challenge(&self) -> Option<Vec<u8>> {
        challenge(&self.credential.response.client_data_json)
    }

    pub fn credential_id(&self) -> &CredentialId {
        &self.credential_id
    }

    /// Whether the page that requested the assertion was in a frame of another origin, where users may not know which
    /// site they sign in to (clickjacking).
    pub(super) fn is_cross_origin(&self) -> bool {
        let client_data = serde_json::from_slice::<CollectedClientData>(&self.credential.response.client_data_json);
        client_data.is_ok_and(|client_data| client_data.cross_origin.unwrap_or(false))
    }

    /// The user handle under which the authenticator stores the key pair. Authenticators without storage do not return
    /// one.
    pub fn user_handle(&self) -> Option<&[u8]> {
        self.credential.response.user_handle.as_deref()
    }
}

fn challenge(client_data: &[u8]) -> Option<Vec<u8>> {
    #[derive(Deserialize)]
    struct ClientData {
        challenge: Bytes,
    }
    let client_data: ClientData = serde_json::from_slice(client_data).ok()?;
    Some(client_data.challenge.0)
}

const PUBLIC_KEY: &str = "public-key";
/// The specification defines six values, of which "smart-card" is the longest.
const MAX_TRANSPORTS: usize = 8;
const MAX_TRANSPORT: usize = 16;

fn credential<R: for<'de> Deserialize<'de>>(json: Value) -> Result<(CredentialId, R), MalformedResponse> {
    let json: CredentialJson<R> = serde_json::from_value(json).map_err(|_| MalformedResponse)?;
    if json.r#type != PUBLIC_KEY || json.id != json.raw_id {
        return Err(MalformedResponse);
    }
    let id = json.id.parse().map_err(|_| MalformedResponse)?;
    Ok((id, json.response))
}

/// Returns only well-formed values, because they are returned to browsers, joined by commas.
fn transports(stated: &Value) -> Vec<String> {
    let is_name = |text: &&str| {
        (1..=MAX_TRANSPORT).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    let stated = stated.as_array().map(Vec::as_slice).unwrap_or_default();
    let names = stated.iter().filter_map(Value::as_str).filter(is_name);
    names.take(MAX_TRANSPORTS).map(str::to_owned).collect()
}
