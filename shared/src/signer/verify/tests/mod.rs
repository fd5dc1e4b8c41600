//! Malicious tokens. Each differs from a valid token in one property, and is signed with the right key where that is
//! possible. `header`, `claims` and `form` group the tokens by that property.

mod claims;
mod form;
mod header;

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{self, Signature};
use p256::pkcs8::EncodePublicKey;
use serde_json::{Value, json};

use super::*;
use crate::domain::signing_key::{KeyState, PrivateKey, SigningKey};
use crate::signer::fixture::{AUDIENCE, ISSUER, claims, now, signer};
use crate::signer::{Signer, SigningMode};

/// A ring with one key, and its private key.
struct Forge {
    private: ecdsa::SigningKey,
    ring: KeyRing,
    signer: Signer,
}

impl Forge {
    fn new() -> Self {
        let private = ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let der = private.verifying_key().to_public_key_der().unwrap().into_vec();
        let key = SigningKey {
            kid: PublicKey::from_der(&der).unwrap().thumbprint().unwrap(),
            public_key: der,
            private_key: PrivateKey::Wrapped { ciphertext: Vec::new() },
            created_at: now(),
            state: KeyState::Active { since: now() },
        };
        let ring = KeyRing {
            keys: vec![key],
            version: 1,
            ..KeyRing::default()
        };
        Self {
            private,
            ring,
            signer: signer(SigningMode::Wrapped, "http://127.0.0.1:9"),
        }
    }

    fn kid(&self) -> &str {
        &self.ring.keys[0].kid
    }

    fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "ES256", "kid": self.kid() })
    }

    /// Returns a signed token of exactly these two texts.
    fn token(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature: Signature = self.private.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn good(&self) -> String {
        self.token(&self.header().to_string(), &payload().to_string())
    }

    /// Returns a token whose header has this member changed, or removed for `null`.
    fn with_header(&self, name: &str, value: Value) -> String {
        self.token(&changed(self.header(), name, value).to_string(), &payload().to_string())
    }

    /// Returns a token whose claims have this member changed, or removed for `null`.
    fn with_claim(&self, name: &str, value: Value) -> String {
        self.token(&self.header().to_string(), &changed(payload(), name, value).to_string())
    }

    fn verify(&self, token: &str) -> Result<AccessClaims, TokenRejected> {
        self.verify_at(token, now())
    }

    fn verify_at(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenRejected> {
        self.signer.verify_access_token(Ring::User, &self.ring, token, now)
    }
}

fn payload() -> Value {
    serde_json::to_value(WireClaims::new(&claims(), ISSUER, AUDIENCE)).unwrap()
}

fn changed(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value);
    }
    object
}

/// Splits a token into its three parts.
fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn a_good_token_is_accepted() {
    let forge = Forge::new();
    assert_eq!(forge.verify(&forge.good()), Ok(claims()));
}
