//! The life of keys and aliases: creating, describing, enabling and disabling, deleting.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::{
    error::{KmsError, Outcome},
    key::{ARN_PREFIX, Key, KeySpec, State},
    key_ring::KeyRing,
};
use crate::ambient;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateKey {
    key_spec: Option<String>,
    /// The former name of `KeySpec`, which older tools still send.
    customer_master_key_spec: Option<String>,
    key_usage: Option<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    tags: Vec<TagOfKey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagOfKey {
    tag_key: String,
    tag_value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AliasRequest {
    alias_name: String,
    target_key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneKey {
    pub(super) key_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScheduleKeyDeletion {
    key_id: String,
    #[serde(default = "default_pending_window")]
    pending_window_in_days: i64,
}

fn default_pending_window() -> i64 {
    30
}

pub(super) fn create_key(ring: &mut KeyRing, request: CreateKey) -> Outcome {
    let name = request.key_spec.or(request.customer_master_key_spec);
    let spec = match name.as_deref() {
        None | Some("SYMMETRIC_DEFAULT") => KeySpec::Symmetric,
        Some("ECC_NIST_P256") => KeySpec::P256,
        Some("RSA_2048") => KeySpec::Rsa2048,
        Some(other) => {
            return Err(KmsError::new(
                "UnsupportedOperationException",
                format!("KeySpec {other} is not supported."),
            ));
        }
    };
    // Only symmetric keys have a default: AWS requires the usage for every other spec.
    let usage = request.key_usage.as_deref().unwrap_or("ENCRYPT_DECRYPT");
    if usage != spec.usage() {
        let spec = spec.name();
        return Err(KmsError::validation(format!(
            "KeyUsage {usage} is not compatible with KeySpec {spec}"
        )));
    }
    let mut key = Key::generate(spec, request.description);
    let tags = request.tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value));
    key.tags = tags.collect();
    let id = ring.insert(key);
    ring.save()?;
    Ok(json!({ "KeyMetadata": ring.by_id(id)?.metadata() }))
}

pub(super) fn create_alias(ring: &mut KeyRing, request: &AliasRequest) -> Outcome {
    check_alias_name(&request.alias_name)?;
    if ring.has_alias(&request.alias_name) {
        let arn = format!("{ARN_PREFIX}{}", request.alias_name);
        return Err(KmsError::new(
            "AlreadyExistsException",
            format!("An alias with the name {arn} already exists"),
        ));
    }
    set_alias(ring, request)
}

pub(super) fn update_alias(ring: &mut KeyRing, request: &AliasRequest) -> Outcome {
    let current = ring.find(&request.alias_name)?.spec();
    if ring.find(&request.target_key_id)?.spec() != current {
        return Err(KmsError::validation(
            "The alias and the new key must be of the same type and key usage",
        ));
    }
    set_alias(ring, request)
}

fn set_alias(ring: &mut KeyRing, request: &AliasRequest) -> Outcome {
    if request.target_key_id.contains("alias/") {
        return Err(KmsError::validation("Aliases must refer to keys. Not aliases"));
    }
    let key = ring.find(&request.target_key_id)?;
    if matches!(key.state, State::PendingDeletion { .. }) {
        return Err(KmsError::pending_deletion(&key.arn()));
    }
    let id = key.id;
    ring.set_alias(&request.alias_name, id);
    ring.save()?;
    Ok(json!({}))
}

fn check_alias_name(name: &str) -> Result<(), KmsError> {
    let valid = name.strip_prefix("alias/").is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-'))
    });
    if valid && !name.starts_with("alias/aws/") {
        return Ok(());
    }
    let message =
        "Alias must start with the prefix \"alias/\", be of [a-zA-Z0-9/_-], and not start with \"alias/aws/\"";
    Err(KmsError::new("InvalidAliasNameException", message))
}

pub(super) fn describe_key(ring: &KeyRing, request: &OneKey) -> Outcome {
    Ok(json!({ "KeyMetadata": ring.find(&request.key_id)?.metadata() }))
}

pub(super) fn enable_key(ring: &mut KeyRing, request: &OneKey) -> Outcome {
    switch(ring, &request.key_id, State::Enabled)
}

pub(super) fn disable_key(ring: &mut KeyRing, request: &OneKey) -> Outcome {
    switch(ring, &request.key_id, State::Disabled)
}

fn switch(ring: &mut KeyRing, identifier: &str, state: State) -> Outcome {
    let key = ring.find_mut(identifier)?;
    if matches!(key.state, State::PendingDeletion { .. }) {
        return Err(KmsError::pending_deletion(&key.arn()));
    }
    key.state = state;
    ring.save()?;
    Ok(json!({}))
}

/// The key is never deleted: it stays unusable, which a client cannot distinguish from deletion.
pub(super) fn schedule_key_deletion(ring: &mut KeyRing, request: &ScheduleKeyDeletion) -> Outcome {
    let days = request.pending_window_in_days;
    if !(7..=30).contains(&days) {
        return Err(KmsError::validation("PendingWindowInDays must be between 7 and 30"));
    }
    let key = ring.find_mut(&request.key_id)?;
    if matches!(key.state, State::PendingDeletion { .. }) {
        return Err(KmsError::pending_deletion(&key.arn()));
    }
    let at = days_from_now(days)?;
    key.state = State::PendingDeletion { at };
    let arn = key.arn();
    ring.save()?;
    Ok(json!({
        "KeyId": arn,
        "DeletionDate": at.as_second(),
        "KeyState": "PendingDeletion",
        "PendingWindowInDays": days,
    }))
}

fn days_from_now(days: i64) -> Result<Timestamp, KmsError> {
    ambient::now()
        .checked_add(SignedDuration::from_hours(24 * days))
        .map_err(KmsError::internal)
}

pub(super) fn cancel_key_deletion(ring: &mut KeyRing, request: &OneKey) -> Outcome {
    let key = ring.find_mut(&request.key_id)?;
    if !matches!(key.state, State::PendingDeletion { .. }) {
        return Err(KmsError::not_pending_deletion(&key.arn()));
    }
    // As in AWS, an administrator has to enable the key again.
    key.state = State::Disabled;
    let arn = key.arn();
    ring.save()?;
    Ok(json!({ "KeyId": arn }))
}
