//! Request bodies and queries of the API key operations. Numbers and objects may also be sent as text.

use serde_json::Value;

use crate::contract::fields::parsers::{any_value, non_empty, one_of};
use crate::contract::fields::{Fields, Read, request};
use crate::domain::Patch;
use crate::domain::api_key::Permissions;
use crate::domain::text::text_enum;

request! {
    pub struct CreateApiKeyRequest {
        name: Option<String> = non_empty("name"),
        prefix: Option<String> = "prefix",
        /// In seconds.
        expires_in: Option<f64> = "expiresIn",
        user_id: Option<String> = "userId",
        metadata: Option<Value> = any_value("metadata"),
        has_server_property: bool = has_server_property(),
    }

    pub struct UpdateApiKeyRequest {
        key_id: String = "keyId",
        name: Option<String> = "name",
        enabled: Option<bool> = "enabled",
        /// In seconds. A key whose lifetime is cleared never expires.
        expires_in: Patch<f64> = expires_in(),
        user_id: Option<String> = "userId",
        metadata: Patch<Value> = metadata(),
        has_server_property: bool = has_server_property(),
    }

    pub struct DeleteApiKeyRequest {
        key_id: String = "keyId",
    }

    pub struct VerifyApiKeyRequest {
        key: String = "key",
        permissions: Option<Permissions> = permissions(),
        config_id: Option<String> = "configId",
    }

    pub struct GetApiKeyQuery {
        id: String = "id",
    }

    pub struct ListApiKeysQuery {
        limit: Option<usize> = count("limit"),
        offset: Option<usize> = count("offset"),
        sort_by: SortBy = one_of("sortBy", SortBy::CreatedAt, "createdAt, updatedAt, expiresAt, lastRequest or name"),
        descending: bool = descending(),
        config_id: Option<String> = "configId",
        organization_id: Option<String> = "organizationId",
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    CreatedAt,
    UpdatedAt,
    ExpiresAt,
    LastRequest,
    Name,
}

text_enum!(SortBy {
    CreatedAt => "createdAt",
    UpdatedAt => "updatedAt",
    ExpiresAt => "expiresAt",
    LastRequest => "lastRequest",
    Name => "name",
});

/// Properties that only servers may set. `null` leaves them unchanged, because the document marks some of them as
/// required.
const SERVER_PROPERTIES: [&str; 7] = [
    "remaining",
    "refillAmount",
    "refillInterval",
    "rateLimitTimeWindow",
    "rateLimitMax",
    "rateLimitEnabled",
    "permissions",
];

#[expect(clippy::unnecessary_wraps, reason = "it is a parser, and presence is no problem")]
fn has_server_property(fields: &mut Fields<'_>) -> Read<bool> {
    Some(SERVER_PROPERTIES.iter().any(|name| fields.present(name).is_some()))
}

fn expires_in(fields: &mut Fields<'_>) -> Read<Patch<f64>> {
    let seconds = fields.optional_number("expiresIn")?;
    Some(patch(fields, "expiresIn", seconds))
}

#[expect(clippy::unnecessary_wraps, reason = "it is a parser, and any value is sound")]
fn metadata(fields: &mut Fields<'_>) -> Read<Patch<Value>> {
    Some(patch(fields, "metadata", fields.present("metadata").cloned()))
}

/// A value that the request may change, or clear with `null`.
fn patch<T>(fields: &Fields<'_>, name: &str, value: Option<T>) -> Patch<T> {
    match value {
        Some(value) => Patch::Set(value),
        None if fields.contains(name) => Patch::Clear,
        None => Patch::Keep,
    }
}

/// A number in a query string, where every value is text.
fn count(fields: &mut Fields<'_>, name: &str) -> Read<Option<usize>> {
    let Some(text) = fields.optional_string(name)? else {
        return Some(None);
    };
    let count = text.parse().ok().map(Some);
    count.or_else(|| fields.not_a(name, "number"))
}

fn descending(fields: &mut Fields<'_>) -> Read<bool> {
    match fields.optional_string("sortDirection")? {
        Some("desc") => Some(true),
        Some("asc") | None => Some(false),
        Some(_) => fields.not_a("sortDirection", "asc or desc"),
    }
}

fn permissions(fields: &mut Fields<'_>) -> Read<Option<Permissions>> {
    let Some(value) = fields.present("permissions") else {
        return Some(None);
    };
    let wanted = serde_json::from_value(value.clone()).map(Permissions::new).ok();
    wanted.map(Some).or_else(|| fields.not_a("permissions", "record"))
}
