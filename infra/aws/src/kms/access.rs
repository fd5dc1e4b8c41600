//! The permission that a request to KMS needs: the operation, the key and the encryption context.

use serde_json::Value;

use super::{envelope, key_ring::KeyRing};
use crate::{iam::Access, wire};

/// The role with which KMS replicates keys to other Regions; who creates such a key must be permitted to create it
/// (<https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-auth-slr.html>).
const REPLICATION_ROLE: &str = "arn:aws:iam::000000000000:role/aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys";

pub(super) fn required_access(ring: &KeyRing, operation: &str, body: &Value) -> Vec<Access> {
    let named = key(ring, body);
    let access = |operation: &str| {
        let access = Access::new(format!("kms:{operation}"), named.clone());
        let tags = tags(ring, &named, body).into_iter();
        tags.fold(access, |access, (key, value)| access.with(key, [value]))
    };
    let context = body["EncryptionContext"].as_object().into_iter().flatten();
    let first = context.fold(access(operation), |access, (name, value)| {
        access.with(
            format!("kms:EncryptionContext:{name}"),
            value.as_str().map(str::to_owned),
        )
    });
    let tagging = body["Tags"].is_array().then(|| access("TagResource"));
    let replicating = body["MultiRegion"].as_bool().unwrap_or(false);
    let replicating =
        replicating.then(|| Access::new("iam:CreateServiceLinkedRole".to_owned(), REPLICATION_ROLE.to_owned()));
    std::iter::once(first).chain(tagging).chain(replicating).collect()
}

/// The tags that a request gives to a key, and those of the key that it names, as policies refer to them.
fn tags(ring: &KeyRing, named: &str, body: &Value) -> Vec<(String, String)> {
    let given = body["Tags"].as_array().into_iter().flatten();
    let given = given.filter_map(|tag| {
        let (key, value) = (tag["TagKey"].as_str()?, tag["TagValue"].as_str()?);
        Some((format!("aws:RequestTag/{key}"), value.to_owned()))
    });
    let key = ring.find(named).into_iter().flat_map(|key| &key.tags);
    let present = key.map(|(key, value)| (format!("aws:ResourceTag/{key}"), value.clone()));
    given.chain(present).collect()
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
