//! Signing keys in the responses of the `platform` contract.

use jiff::Timestamp;
use jsonwebtoken::jwk::Jwk;
use serde::Serialize;

use crate::contract::time::{optional_time, time};
use crate::domain::signing_key::{KeyRing, KeyState, SigningKey};
use crate::operations::{Interruption, Rotated};
use crate::signer::jwk_of;

#[derive(Debug, Serialize)]
pub struct SigningKeyResponse {
    kid: String,
    alg: String,
    r#use: &'static str,
    status: &'static str,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "optional_time")]
    activated_at: Option<Timestamp>,
    #[serde(serialize_with = "optional_time")]
    retired_at: Option<Timestamp>,
    #[serde(serialize_with = "optional_time")]
    expires_at: Option<Timestamp>,
    #[serde(serialize_with = "optional_time")]
    revoked_at: Option<Timestamp>,
    public_jwk: Jwk,
}

#[derive(Debug, Serialize)]
pub struct KeyStatusResponse {
    active_kid: String,
    next_kid: Option<String>,
    #[serde(serialize_with = "optional_time")]
    last_rotated_at: Option<Timestamp>,
    #[serde(serialize_with = "optional_time")]
    next_rotation_at: Option<Timestamp>,
    rotation_interval_days: i64,
    counts: Counts,
    keys: Vec<SigningKeyResponse>,
}

#[derive(Debug, Default, Serialize)]
struct Counts {
    active: usize,
    next: usize,
    retired: usize,
    revoked: usize,
}

#[derive(Debug, Serialize)]
pub struct RotateKeysResponse {
    message: &'static str,
    previous_kid: String,
    active_kid: String,
    next_kid: Option<String>,
    #[serde(serialize_with = "time")]
    rotated_at: Timestamp,
}

#[derive(Debug, Serialize)]
pub struct RevokeKeyResponse {
    message: &'static str,
    kid: String,
    #[serde(serialize_with = "time")]
    revoked_at: Timestamp,
    /// The key that signs now.
    active_kid: String,
}

#[derive(Debug, Serialize)]
pub struct CleanupKeysResponse {
    message: &'static str,
    removed: usize,
    removed_kids: Vec<String>,
}

impl SigningKeyResponse {
    pub fn of(key: &SigningKey) -> Result<Self, Interruption> {
        let public_jwk = jwk_of(key).map_err(|error| Interruption::internal(format_args!("{}: {error}", key.kid)))?;
        let (status, retired_at, expires_at, revoked_at) = match key.state {
            KeyState::Next => ("NEXT", None, None, None),
            KeyState::Active { .. } => ("ACTIVE", None, None, None),
            KeyState::Retired { at, until, .. } => ("RETIRED", Some(at), Some(until), None),
            KeyState::Revoked { at, .. } => ("REVOKED", None, None, Some(at)),
        };
        Ok(Self {
            kid: key.kid.clone(),
            alg: public_jwk
                .common
                .key_algorithm
                .map(|algorithm| algorithm.to_string())
                .unwrap_or_default(),
            r#use: "sig",
            status,
            created_at: key.created_at,
            activated_at: key.activated_at(),
            retired_at,
            expires_at,
            revoked_at,
            public_jwk,
        })
    }
}

impl KeyStatusResponse {
    pub fn of(keys: &KeyRing, rotation: jiff::SignedDuration) -> Result<Self, Interruption> {
        let mut counts = Counts::default();
        for key in &keys.keys {
            let count = match key.state {
                KeyState::Next => &mut counts.next,
                KeyState::Active { .. } => &mut counts.active,
                KeyState::Retired { .. } => &mut counts.retired,
                KeyState::Revoked { .. } => &mut counts.revoked,
            };
            *count += 1;
        }
        Ok(Self {
            active_kid: active_kid(keys)?,
            next_kid: next_kid(keys),
            last_rotated_at: keys.last_rotated_at(),
            next_rotation_at: keys
                .active()
                .and_then(SigningKey::activated_at)
                .map(|since| since + rotation),
            rotation_interval_days: rotation.as_hours() / 24,
            counts,
            keys: keys.keys.iter().map(SigningKeyResponse::of).collect::<Result<_, _>>()?,
        })
    }
}

impl RotateKeysResponse {
    pub fn of(rotated: Rotated, now: Timestamp) -> Result<Self, Interruption> {
        Ok(Self {
            message: "Keys rotated",
            active_kid: active_kid(&rotated.keys)?,
            next_kid: next_kid(&rotated.keys),
            previous_kid: rotated.previous_kid,
            rotated_at: now,
        })
    }
}

impl RevokeKeyResponse {
    pub fn of(kid: String, keys: &KeyRing, now: Timestamp) -> Result<Self, Interruption> {
        let revoked_at = match keys.get(&kid).map(|key| key.state) {
            Some(KeyState::Revoked { at, .. }) => at,
            _ => now,
        };
        Ok(Self {
            message: "Key revoked",
            active_kid: active_kid(keys)?,
            kid,
            revoked_at,
        })
    }
}

impl From<Vec<SigningKey>> for CleanupKeysResponse {
    fn from(removed: Vec<SigningKey>) -> Self {
        Self {
            message: "Expired keys removed",
            removed: removed.len(),
            removed_kids: removed.into_iter().map(|key| key.kid).collect(),
        }
    }
}

fn active_kid(keys: &KeyRing) -> Result<String, Interruption> {
    let active = keys.active().map(|key| key.kid.clone());
    active.ok_or_else(|| Interruption::internal("a key ring has no active key"))
}

fn next_kid(keys: &KeyRing) -> Option<String> {
    keys.next().map(|key| key.kid.clone())
}
