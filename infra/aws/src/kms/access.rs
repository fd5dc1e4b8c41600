//! What a request to KMS asks leave for: which operation, with which key, for which encryption context.

use serde_json::Value;

use super::{envelope, key_ring::KeyRing};
use crate::{iam::Access, wire};

pub(super) fn asked(ring: &KeyRing, operation: &str, body: &Value) -> Access {
    let access = Access::new(format!("kms:{operation}"), key(ring, body));
    let context = body["EncryptionContext"].as_object().into_iter().flatten();
    context.fold(access, |access, (name, value)| {
        access.with(
            format!("kms:EncryptionContext:{name}"),
            value.as_str().map(str::to_owned),
        )
    })
}

/// Its ARN, by whatever name it is called: policies name keys and not aliases.
fn key(ring: &KeyRing, body: &Value) -> String {
    let Some(named) = body["KeyId"].as_str() else {
        // Whoever decrypts need not say with which key.
        let blob = body["CiphertextBlob"].as_str().map(wire::from_base64);
        let id = blob.and_then(Result::ok).and_then(|blob| envelope::key_id(&blob));
        let key = id.and_then(|id| ring.by_id(id).ok());
        return key.map_or_else(|| "*".to_owned(), super::key::Key::arn);
    };
    ring.find(named).map_or_else(|_| named.to_owned(), super::key::Key::arn)
}
