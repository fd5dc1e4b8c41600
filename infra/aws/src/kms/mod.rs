//! KMS: the JSON protocol, and the dispatch of operations.
//!
//! `key` is one key, `key_ring` finds and stores them; `manage`, `sign` and `envelope` have the operations, `access`
//! the permissions that they need, `error` the errors of all.

mod access;
mod envelope;
mod error;
mod key;
mod key_ring;
mod manage;
mod sign;

use std::{
    io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::response::Response;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::{
    error::{KmsError, Outcome},
    key_ring::KeyRing,
};
use crate::{iam::Access, wire};

pub(crate) const TARGET_PREFIX: &str = "TrentService.";

/// The keys and the operations on them.
#[derive(Debug)]
pub(crate) struct Kms {
    ring: Mutex<KeyRing>,
}

impl Kms {
    pub(crate) fn open(data: Option<&Path>) -> io::Result<Self> {
        Ok(Self {
            ring: Mutex::new(KeyRing::open(data)?),
        })
    }

    pub(crate) fn answer(&self, target: &str, body: &[u8]) -> Response {
        match perform(&mut self.ring(), operation(target), body) {
            Ok(answer) => wire::json(wire::JSON_1_1, &answer),
            Err(error) => error.into(),
        }
    }

    pub(crate) fn required_access(&self, target: &str, body: &Value) -> Vec<Access> {
        access::required_access(&self.ring(), operation(target), body)
    }

    /// By id, ARN or alias.
    pub(crate) fn key_arn(&self, key: &str) -> Option<String> {
        self.ring().find(key).ok().map(key::Key::arn)
    }

    fn ring(&self) -> MutexGuard<'_, KeyRing> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn operation(target: &str) -> &str {
    target.strip_prefix(TARGET_PREFIX).unwrap_or_default()
}

fn perform(ring: &mut KeyRing, operation: &str, body: &[u8]) -> Outcome {
    match operation {
        "CreateKey" => manage::create_key(ring, parse(body)?),
        "CreateAlias" => manage::create_alias(ring, &parse(body)?),
        "UpdateAlias" => manage::update_alias(ring, &parse(body)?),
        "DescribeKey" => manage::describe_key(ring, &parse(body)?),
        "EnableKey" => manage::enable_key(ring, &parse(body)?),
        "DisableKey" => manage::disable_key(ring, &parse(body)?),
        "ScheduleKeyDeletion" => manage::schedule_key_deletion(ring, &parse(body)?),
        "CancelKeyDeletion" => manage::cancel_key_deletion(ring, &parse(body)?),
        "GetPublicKey" => sign::get_public_key(ring, &parse(body)?),
        "Sign" => sign::sign(ring, &parse(body)?),
        "Encrypt" => envelope::encrypt(ring, &parse(body)?),
        "Decrypt" => envelope::decrypt(ring, &parse(body)?),
        "GenerateDataKey" => envelope::generate_data_key(ring, &parse(body)?),
        "GenerateDataKeyPair" => envelope::generate_data_key_pair(ring, &parse(body)?),
        "GenerateDataKeyPairWithoutPlaintext" => {
            envelope::generate_data_key_pair_without_plaintext(ring, &parse(body)?)
        }
        _ => Err(KmsError::new("UnknownOperationException", "")),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, KmsError> {
    serde_json::from_slice(body).map_err(|error| {
        // In AWS, a missing required member is a validation error.
        let code = if error.to_string().starts_with("missing field") {
            "ValidationException"
        } else {
            "SerializationException"
        };
        KmsError::new(code, error.to_string())
    })
}
