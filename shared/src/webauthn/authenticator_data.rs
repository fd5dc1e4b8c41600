//! Parts that the library verifies but does not expose: the model of the authenticator, and the public key in its
//! original encoding. Both are in the authenticator data of an attestation object (WebAuthn Level 2, sections 6.1 and
//! 6.5.1).

use serde_cbor_2::Value;
use uuid::Uuid;

#[derive(Debug)]
pub(super) struct AttestedCredential {
    pub aaguid: Uuid,
    /// A COSE key.
    pub public_key: Vec<u8>,
}

/// The attestation object lacks these parts. The library would not have accepted it.
#[derive(Debug, thiserror::Error)]
#[error("no attested credential")]
pub(super) struct NoCredential;

/// The offset of the AAGUID, after the hash of the relying party's id, the flags and the counter.
const AAGUID_AT: usize = 32 + 1 + 4;

impl AttestedCredential {
    /// Finds the credential in an attestation object that the library has verified.
    pub fn find(attestation_object: &[u8]) -> Result<Self, NoCredential> {
        let data = authenticator_data(attestation_object).ok_or(NoCredential)?;
        Self::parse(&data).ok_or(NoCredential)
    }

    fn parse(data: &[u8]) -> Option<Self> {
        let (aaguid, rest) = data.get(AAGUID_AT..)?.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let key_and_more = rest.get(usize::from(u16::from_be_bytes(*length))..)?;
        // Extensions may follow the key.
        let mut items = serde_cbor_2::Deserializer::from_slice(key_and_more).into_iter::<Value>();
        items.next()?.ok()?;
        Some(Self {
            aaguid: Uuid::from_bytes(*aaguid),
            public_key: key_and_more.get(..items.byte_offset())?.to_vec(),
        })
    }
}

fn authenticator_data(attestation_object: &[u8]) -> Option<Vec<u8>> {
    let Ok(Value::Map(mut object)) = serde_cbor_2::from_slice(attestation_object) else {
        return None;
    };
    match object.remove(&Value::Text("authData".to_owned())) {
        Some(Value::Bytes(data)) => Some(data),
        _ => None,
    }
}
