//! Tests against a local KMS in both modes: `keys`, `tokens` and `secrets`; `calls` checks the number of KMS calls.

mod calls;
mod keys;
mod rsa;
mod secrets;
mod tokens;

use local_aws::{LocalAws, Options};

use super::fixture::claims;
use super::{Signer, SignerError, SigningMode};
use crate::domain::signing_key::{KeyRing, Ring, SigningKey};
use crate::usage::{Usage, measure};

const MODES: [SigningMode; 2] = [SigningMode::Kms, SigningMode::Wrapped];

async fn start() -> LocalAws {
    LocalAws::start(Options::default()).await.unwrap()
}

fn ring_of(key: &SigningKey) -> KeyRing {
    KeyRing {
        keys: vec![key.clone()],
        version: 1,
        ..KeyRing::default()
    }
}

fn kms_calls(kms: u32) -> Usage {
    Usage {
        kms,
        ..Usage::default()
    }
}

/// Signs the usual claims, and counts the calls.
async fn sign(signer: &Signer, ring: Ring, key: &SigningKey) -> (Result<String, SignerError>, Usage) {
    let claims = claims();
    measure(signer.sign_access_token(ring, key, &claims)).await
}
