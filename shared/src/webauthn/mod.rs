//! Verification of registrations and assertions of authenticators (WebAuthn Level 2, sections 7.1 and 7.2) with the
//! crate `webauthn-rs-core`, which only this module names. Challenges are generated and verified here. Operations store
//! them, accept one response to each, and decide which user a key pair belongs to.
//!
//! The higher-level crate `webauthn-rs` always requires user verification. Clients of the contracts do not, so this
//! module uses the core crate and reports whether the user was verified; operations decide on it.

mod authenticator_data;
mod response;

use std::time::Duration;

use url::Url;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{
    AttestationFormat, AttestationMetadata, AuthenticationState, COSEKey, Credential, ParsedAttestation,
    ParsedAttestationData, RegisteredExtensions, RegistrationState, UserVerificationPolicy,
};

use crate::domain::UserId;
use crate::domain::passkey::{Ceremony, CredentialId, DeviceType, Passkey, RelyingParty};

use authenticator_data::AttestedCredential;
pub use response::{AuthenticationResponse, MalformedResponse, RegistrationResponse};

/// A challenge for the browser, and the state that verifies the response.
#[derive(Debug)]
pub struct Begun {
    pub challenge: Vec<u8>,
    /// Supported COSE algorithms, in order of preference.
    pub algorithms: Vec<i64>,
    /// The state must be stored where the browser cannot access it.
    pub state: String,
}

/// The result of a registration: a passkey without its user and name.
#[derive(Debug)]
pub struct NewCredential {
    pub credential_id: CredentialId,
    pub public_key: Vec<u8>,
    pub counter: u32,
    pub device: DeviceType,
    pub backed_up: bool,
    pub transports: Vec<String>,
    pub aaguid: uuid::Uuid,
}

/// The content of a verified assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assertion {
    pub counter: u32,
    pub backed_up: bool,
    /// Whether the authenticator verified the user (with a PIN or a fingerprint) and did not only test user presence.
    pub user_verified: bool,
}

/// Why a response is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("the signature is wrong")]
    WrongSignature,
    /// Two authenticators may have the same private key (section 6.1.1).
    #[error("the counter of the authenticator has not gone up")]
    CounterNotUp,
    #[error("{0}")]
    Invalid(String),
}

/// The library failed. This is a bug in this service.
#[derive(Debug, thiserror::Error)]
#[error("a ceremony could not begin: {0}")]
pub struct CannotBegin(String);

/// The user handle under which authenticators store the passkeys of a user. It contains no address and no name, because
/// it can be read from the device.
pub fn user_handle(user: UserId) -> [u8; 16] {
    user.to_bytes()
}

pub fn begin_registration(party: &RelyingParty, user: UserId) -> Result<Begun, CannotBegin> {
    let core = core(party);
    let name = user.to_string();
    let builder = core
        .new_challenge_register_builder(&user_handle(user), &name, &name)
        .map_err(cannot_begin)?
        .user_verification_policy(UserVerificationPolicy::Preferred);
    let (options, state) = core.generate_challenge_register(builder).map_err(cannot_begin)?;
    Ok(Begun {
        challenge: options.public_key.challenge,
        algorithms: options.public_key.pub_key_cred_params.iter().map(|p| p.alg).collect(),
        state: serde_json::to_string(&state).map_err(cannot_begin)?,
    })
}

pub fn finish_registration(
    party: &RelyingParty,
    state: &str,
    response: &RegistrationResponse,
) -> Result<NewCredential, Refused> {
    let state: RegistrationState = serde_json::from_str(state).map_err(invalid)?;
    let credential = core(party)
        .register_credential(&response.credential, &state, None)
        .map_err(invalid)?;
    if credential.cred_id != response.credential.raw_id {
        return Err(Refused::Invalid("the response is about another credential".to_owned()));
    }
    let attested = AttestedCredential::find(&response.credential.response.attestation_object).map_err(invalid)?;
    Ok(NewCredential {
        credential_id: CredentialId::new(credential.cred_id).map_err(invalid)?,
        public_key: attested.public_key,
        counter: credential.counter,
        device: if credential.backup_eligible {
            DeviceType::Multi
        } else {
            DeviceType::Single
        },
        backed_up: credential.backup_state,
        transports: response.transports.clone(),
        aaguid: attested.aaguid,
    })
}

pub fn begin_authentication(party: &RelyingParty) -> Result<Begun, CannotBegin> {
    let core = core(party);
    let builder = core
        .new_challenge_authenticate_builder(Vec::new(), Some(UserVerificationPolicy::Preferred))
        .map_err(cannot_begin)?;
    let (options, state) = core.generate_challenge_authenticate(builder).map_err(cannot_begin)?;
    Ok(Begun {
        challenge: options.public_key.challenge,
        algorithms: Vec::new(),
        state: serde_json::to_string(&state).map_err(cannot_begin)?,
    })
}

/// Verifies that the response was signed for the challenge with the private key of `passkey`.
pub fn finish_authentication(
    party: &RelyingParty,
    state: &str,
    response: &AuthenticationResponse,
    passkey: &Passkey,
) -> Result<Assertion, Refused> {
    // The library checks this for registrations only.
    if response.is_cross_origin() {
        return Err(Refused::Invalid(
            "the page stood in a frame of another origin".to_owned(),
        ));
    }
    let state: AuthenticationState = serde_json::from_str(state).map_err(invalid)?;
    let result = core(party)
        .authenticate_single_credential(&response.credential, &state, &credential(passkey)?)
        .map_err(refused)?;
    Ok(Assertion {
        counter: result.counter(),
        backed_up: result.backup_state(),
        user_verified: result.user_verified(),
    })
}

/// The verifier compares origins in full: it accepts no subdomains and no other ports.
fn core(party: &RelyingParty) -> WebauthnCore {
    let origins = party.origins.iter().filter_map(|origin| Url::parse(origin).ok());
    let timeout = Duration::from_millis(Ceremony::BROWSER_TIMEOUT_MILLIS.into());
    WebauthnCore::new_unsafe_experts_only(&party.name, &party.id, origins.collect(), timeout, None, None)
}

/// Converts a stored passkey to the library's type.
fn credential(passkey: &Passkey) -> Result<Credential, Refused> {
    let key: serde_cbor_2::Value = serde_cbor_2::from_slice(&passkey.public_key).map_err(invalid)?;
    Ok(Credential {
        cred_id: passkey.credential_id.as_bytes().to_vec(),
        cred: COSEKey::try_from(&key).map_err(invalid)?,
        counter: passkey.counter,
        transports: None,
        // With `true`, the library would refuse a later use without user verification. Operations decide on that.
        user_verified: false,
        backup_eligible: passkey.device == DeviceType::Multi,
        backup_state: passkey.backed_up,
        registration_policy: UserVerificationPolicy::Preferred,
        extensions: RegisteredExtensions::none(),
        attestation: ParsedAttestation {
            data: ParsedAttestationData::None,
            metadata: AttestationMetadata::None,
        },
        attestation_format: AttestationFormat::None,
    })
}

fn refused(error: WebauthnError) -> Refused {
    match error {
        WebauthnError::AuthenticationFailure => Refused::WrongSignature,
        WebauthnError::CredentialPossibleCompromise => Refused::CounterNotUp,
        other => invalid(other),
    }
}

fn invalid(error: impl std::error::Error) -> Refused {
    Refused::Invalid(error.to_string())
}

fn cannot_begin(error: impl std::error::Error) -> CannotBegin {
    CannotBegin(error.to_string())
}
