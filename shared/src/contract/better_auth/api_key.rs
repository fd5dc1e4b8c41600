//! Responses of the API key operations in the `better_auth` contract. The bodies and queries are in `requests`.

mod requests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::failure::Failure;
use crate::contract::time::{optional_time, time};
use crate::domain::ApiKey as CoreApiKey;

pub use requests::{
    CreateApiKeyRequest, DeleteApiKeyRequest, GetApiKeyQuery, ListApiKeysQuery, SortBy, UpdateApiKeyRequest,
    VerifyApiKeyRequest,
};

/// An API key without its secret. The documented clients read `userId`, the current ones `referenceId` and `configId`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    id: String,
    config_id: &'static str,
    name: Option<String>,
    start: String,
    prefix: Option<String>,
    user_id: String,
    reference_id: String,
    enabled: bool,
    rate_limit_enabled: bool,
    /// In milliseconds.
    rate_limit_time_window: i128,
    rate_limit_max: u32,
    request_count: u32,
    remaining: Option<u32>,
    refill_amount: Option<u32>,
    /// In milliseconds.
    refill_interval: Option<i128>,
    #[serde(serialize_with = "optional_time")]
    last_refill_at: Option<Timestamp>,
    #[serde(serialize_with = "optional_time")]
    last_request: Option<Timestamp>,
    #[serde(serialize_with = "optional_time")]
    expires_at: Option<Timestamp>,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
    permissions: Option<BTreeMap<String, Vec<String>>>,
    metadata: Option<Value>,
}

#[derive(Debug, Serialize)]
pub struct CreatedApiKey {
    #[serde(flatten)]
    pub api_key: ApiKey,
    pub key: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ApiKeys {
    Array(Vec<ApiKey>),
    #[serde(rename_all = "camelCase")]
    Object {
        api_keys: Vec<ApiKey>,
        total: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none")]
        offset: Option<usize>,
    },
}

/// The status is 200 for an invalid key too: the verification itself succeeded.
#[derive(Debug, Serialize)]
pub struct Verification {
    valid: bool,
    error: Option<Value>,
    key: Option<ApiKey>,
}

impl From<&CoreApiKey> for ApiKey {
    fn from(key: &CoreApiKey) -> Self {
        let refill = key.quota.and_then(|quota| quota.refill);
        Self {
            id: key.id.to_string(),
            config_id: "default",
            name: key.name.as_ref().map(ToString::to_string),
            start: key.start.clone(),
            prefix: key.prefix.as_ref().map(ToString::to_string),
            user_id: key.user_id.to_string(),
            reference_id: key.user_id.to_string(),
            enabled: key.enabled,
            rate_limit_enabled: key.limit.enabled,
            rate_limit_time_window: key.limit.per.as_millis(),
            rate_limit_max: key.limit.max.get(),
            request_count: key.usage.count,
            remaining: key.quota.map(|quota| quota.remaining),
            refill_amount: refill.map(|refill| refill.amount.get()),
            refill_interval: refill.map(|refill| refill.every.as_millis()),
            last_refill_at: refill.and_then(|refill| refill.last_at),
            last_request: key.usage.last_at,
            expires_at: key.expires_at,
            created_at: key.created_at,
            updated_at: key.updated_at,
            permissions: key.permissions.as_ref().map(|granted| granted.as_map().clone()),
            metadata: key
                .metadata
                .as_ref()
                .and_then(|object| serde_json::from_str(object.as_json()).ok()),
        }
    }
}

impl Verification {
    pub fn of(key: &CoreApiKey) -> Self {
        Self {
            valid: true,
            error: None,
            key: Some(key.into()),
        }
    }

    pub fn refused(why: &Failure) -> Self {
        Self {
            valid: false,
            error: Some(why.body()),
            key: None,
        }
    }
}
