//! The permission that a request to KMS needs: the operation, the key and the encryption context.

use serde_json::Value;

use super::{envelope, key_ring::KeyRing};
use crate::{iam::Access, wire};

pub(super) fn required_access(ring: &KeyRing, operation: &str, body: &Value) -> Access {
    let access = Access::new(format!("kms:{operation}"), key(ring, body));
    let context = body["EncryptionContext"].as_object().into_iter().flatten();
    context.fold(access, |access, (name, value)| {
        access.with(
            format!("kms:EncryptionContext:{name}"),
            value.as_str().map(str::to_owned),
        )
    })
}

/// The ARN of the key, also when the request names an alias, because policies name keys.
fn key(ring: &KeyRing, body: &Value) -> String {
    let Some(named) = body["KeyId"].as_str() else {
        // A request to decrypt need not name the key, because the ciphertext does.
        let blob = body["CiphertextBlob"].as_str().map(wire::from_base64);
        let id = blob.and_then(Result::ok).and_then(|blob| envelope::key_id(&blob));
        let key = id.and_then(|id| ring.by_id(id).ok());
        return key.map_or_else(|| "*".to_owned(), super::key::Key::arn);
    };
    ring.find(named).map_or_else(|_| named.to_owned(), super::key::Key::arn)
}
