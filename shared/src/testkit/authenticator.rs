//! An authenticator and its browser, in software: they make key pairs and sign with them, honestly or not.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use serde_cbor_2::Value as Cbor;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const USER_PRESENT: u8 = 0x01;
pub const USER_VERIFIED: u8 = 0x04;
pub const BACKUP_ELIGIBLE: u8 = 0x08;
pub const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;

pub const AAGUID: &str = "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4";

/// One key pair, and what its authenticator says of it.
#[derive(Debug, Clone)]
pub struct Authenticator {
    key: SigningKey,
    pub credential_id: Vec<u8>,
    /// What the key pair is filed under, once it was registered.
    pub user_handle: Option<Vec<u8>>,
    pub flags: u8,
    /// Of the next signature. It goes up by itself, unless it is 0.
    pub counter: u32,
    /// Of the page that the browser shows.
    pub origin: String,
}

/// What is signed, for tests to change before it is.
#[derive(Debug, Clone)]
pub struct Draft {
    pub client_data: Value,
    pub rp_id: String,
    pub flags: u8,
    pub counter: u32,
    pub credential_id: Vec<u8>,
    pub user_handle: Option<Vec<u8>>,
}

impl Authenticator {
    pub fn new(seed: u8) -> Self {
        Self {
            key: SigningKey::from_bytes(&[seed; 32].into()).expect("a key"),
            credential_id: vec![seed; 32],
            user_handle: None,
            flags: USER_PRESENT | USER_VERIFIED,
            counter: 1,
            origin: "http://127.0.0.1:3000".to_owned(),
        }
    }

    /// Whose keys are copied to the user's other devices, and do not count.
    pub fn synced(seed: u8) -> Self {
        Self {
            flags: USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP,
            counter: 0,
            ..Self::new(seed)
        }
    }

    pub fn id(&self) -> String {
        encode(&self.credential_id)
    }

    /// The answer to options of a registration.
    pub fn create(&mut self, options: &Value) -> Value {
        self.create_with(options, |_| ())
    }

    pub fn create_with(&mut self, options: &Value, alter: impl FnOnce(&mut Draft)) -> Value {
        let handle = options["user"]["id"].as_str().expect("a user handle");
        self.user_handle = Some(URL_SAFE_NO_PAD.decode(handle).expect("base64url"));
        let rp_id = options["rp"]["id"].as_str().expect("a relying party");
        let mut draft = self.draft("webauthn.create", options, rp_id);
        draft.flags |= ATTESTED;
        alter(&mut draft);
        let mut data = draft.authenticator_data();
        data.extend_from_slice(&hex_of(AAGUID));
        let length = u16::try_from(draft.credential_id.len()).expect("a short id");
        data.extend_from_slice(&length.to_be_bytes());
        data.extend_from_slice(&draft.credential_id);
        data.extend_from_slice(&self.public_key());
        let object = Cbor::Map(BTreeMap::from([
            (Cbor::Text("fmt".into()), Cbor::Text("none".into())),
            (Cbor::Text("attStmt".into()), Cbor::Map(BTreeMap::new())),
            (Cbor::Text("authData".into()), Cbor::Bytes(data)),
        ]));
        let object = serde_cbor_2::to_vec(&object).expect("CBOR");
        response(
            &draft,
            json!({
                "clientDataJSON": encode(draft.client_data.to_string().as_bytes()),
                "attestationObject": encode(&object),
                "transports": ["internal", "hybrid"],
            }),
        )
    }

    /// The answer to options of a sign-in.
    pub fn get(&mut self, options: &Value) -> Value {
        self.get_with(options, |_| ())
    }

    pub fn get_with(&mut self, options: &Value, alter: impl FnOnce(&mut Draft)) -> Value {
        let rp_id = options["rpId"].as_str().expect("a relying party");
        let mut draft = self.draft("webauthn.get", options, rp_id);
        alter(&mut draft);
        let client_data = draft.client_data.to_string();
        let data = draft.authenticator_data();
        let mut signed = data.clone();
        signed.extend_from_slice(&Sha256::digest(client_data.as_bytes()));
        let signature: DerSignature = self.key.sign(&signed);
        response(
            &draft,
            json!({
                "clientDataJSON": encode(client_data.as_bytes()),
                "authenticatorData": encode(&data),
                "signature": encode(signature.as_bytes()),
                "userHandle": draft.user_handle.as_deref().map(encode),
            }),
        )
    }

    fn draft(&mut self, kind: &str, options: &Value, rp_id: &str) -> Draft {
        let counter = self.counter;
        if counter > 0 {
            self.counter += 1;
        }
        Draft {
            client_data: json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false}),
            rp_id: rp_id.to_owned(),
            flags: self.flags,
            counter,
            credential_id: self.credential_id.clone(),
            user_handle: self.user_handle.clone(),
        }
    }

    /// A COSE key: EC2, ES256, P-256.
    pub fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| Cbor::Bytes(bytes.expect("a coordinate").to_vec());
        let key = Cbor::Map(BTreeMap::from([
            (Cbor::Integer(1), Cbor::Integer(2)),
            (Cbor::Integer(3), Cbor::Integer(-7)),
            (Cbor::Integer(-1), Cbor::Integer(1)),
            (Cbor::Integer(-2), coordinate(point.x())),
            (Cbor::Integer(-3), coordinate(point.y())),
        ]));
        serde_cbor_2::to_vec(&key).expect("CBOR")
    }
}

impl Draft {
    fn authenticator_data(&self) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }
}

/// As the framework's current client sends it: without the results of extensions.
#[expect(clippy::needless_pass_by_value, reason = "it is written where it is handed over")]
fn response(draft: &Draft, inner: Value) -> Value {
    let id = encode(&draft.credential_id);
    json!({"id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform", "response": inner})
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn hex_of(uuid: &str) -> Vec<u8> {
    let digits: Vec<char> = uuid.chars().filter(|c| *c != '-').collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).expect("hex");
    digits.chunks(2).map(byte).collect()
}
