//! The bodies and queries of API keys, as they are read. Numbers and objects may also come as text.

use serde_json::Value;

use crate::contract::fields::{Fields, ReadBody};
use crate::domain::Patch;
use crate::domain::api_key::Permissions;
use crate::domain::text::text_enum;

#[derive(Debug)]
pub struct CreateApiKeyRequest {
    pub name: Option<String>,
    pub prefix: Option<String>,
    /// Seconds.
    pub expires_in: Option<f64>,
    pub metadata: Option<Value>,
    pub user_id: Option<String>,
    pub has_server_property: bool,
}

#[derive(Debug)]
pub struct UpdateApiKeyRequest {
    pub key_id: String,
    pub name: Option<String>,
    pub enabled: Option<bool>,
    /// Seconds; cleared, the key never expires.
    pub expires_in: Patch<f64>,
    pub metadata: Patch<Value>,
    pub user_id: Option<String>,
    pub has_server_property: bool,
}

#[derive(Debug)]
pub struct DeleteApiKeyRequest {
    pub key_id: String,
}

#[derive(Debug)]
pub struct VerifyApiKeyRequest {
    pub key: String,
    pub permissions: Option<Permissions>,
    pub config_id: Option<String>,
}

#[derive(Debug)]
pub struct GetApiKeyQuery {
    pub id: String,
}

#[derive(Debug)]
pub struct ListApiKeysQuery {
    pub limit: Option<usize>,
    pub offset: Option<usize>,
    pub sort_by: SortBy,
    pub descending: bool,
    pub config_id: Option<String>,
    pub organization_id: Option<String>,
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

/// What programs set, and clients do not. Null stands for leaving it alone: the document calls some of them required.
const SERVER_PROPERTIES: [&str; 7] = [
    "remaining",
    "refillAmount",
    "refillInterval",
    "rateLimitTimeWindow",
    "rateLimitMax",
    "rateLimitEnabled",
    "permissions",
];

impl ReadBody for CreateApiKeyRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, prefix) = (fields.optional_string("name"), fields.optional_string("prefix"));
        let (expires_in, user_id) = (fields.optional_number("expiresIn"), fields.optional_string("userId"));
        Some(Self {
            name: name?.filter(|name| !name.is_empty()).map(str::to_owned),
            prefix: prefix?.map(str::to_owned),
            expires_in: expires_in?,
            metadata: present(fields, "metadata").cloned(),
            user_id: user_id?.map(str::to_owned),
            has_server_property: has_server_property(fields),
        })
    }
}

impl ReadBody for UpdateApiKeyRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (key_id, name) = (fields.string("keyId"), fields.optional_string("name"));
        let (enabled, expires_in) = (fields.optional_bool("enabled"), fields.optional_number("expiresIn"));
        let user_id = fields.optional_string("userId");
        Some(Self {
            key_id: key_id?.to_owned(),
            name: name?.map(str::to_owned),
            enabled: enabled?,
            expires_in: patch(fields, "expiresIn", expires_in?),
            metadata: patch(fields, "metadata", present(fields, "metadata").cloned()),
            user_id: user_id?.map(str::to_owned),
            has_server_property: has_server_property(fields),
        })
    }
}

impl ReadBody for DeleteApiKeyRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            key_id: fields.string("keyId")?.to_owned(),
        })
    }
}

impl ReadBody for VerifyApiKeyRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (key, permissions) = (fields.string("key"), permissions(fields));
        let config_id = fields.optional_string("configId");
        Some(Self {
            key: key?.to_owned(),
            permissions: permissions?.value(),
            config_id: config_id?.map(str::to_owned),
        })
    }
}

impl ReadBody for GetApiKeyQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            id: fields.string("id")?.to_owned(),
        })
    }
}

impl ReadBody for ListApiKeysQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (limit, offset) = (count(fields, "limit"), count(fields, "offset"));
        let sort_by = match fields.optional_string("sortBy")? {
            Some(field) => SortBy::parse(field)
                .or_else(|| fields.not_a("sortBy", "createdAt, updatedAt, expiresAt, lastRequest or name")),
            None => Some(SortBy::CreatedAt),
        };
        let descending = match fields.optional_string("sortDirection")? {
            Some("desc") => Some(true),
            Some("asc") | None => Some(false),
            Some(_) => fields.not_a("sortDirection", "asc or desc"),
        };
        let (config_id, organization_id) = (
            fields.optional_string("configId"),
            fields.optional_string("organizationId"),
        );
        Some(Self {
            limit: limit?.value(),
            offset: offset?.value(),
            sort_by: sort_by?,
            descending: descending?,
            config_id: config_id?.map(str::to_owned),
            organization_id: organization_id?.map(str::to_owned),
        })
    }
}

fn has_server_property(fields: &Fields<'_>) -> bool {
    SERVER_PROPERTIES.iter().any(|name| present(fields, name).is_some())
}

/// Null stands for nothing.
fn present<'a>(fields: &Fields<'a>, name: &str) -> Option<&'a Value> {
    fields.value(name).filter(|value| !value.is_null())
}

/// A value that may be changed: null takes it away.
fn patch<T>(fields: &Fields<'_>, name: &str, value: Option<T>) -> Patch<T> {
    match value {
        Some(value) => Patch::Set(value),
        None if fields.contains(name) => Patch::Clear,
        None => Patch::Keep,
    }
}

/// Of a query, where everything is text.
fn count(fields: &mut Fields<'_>, name: &str) -> Option<Patch<usize>> {
    let Some(text) = fields.optional_string(name)? else {
        return Some(Patch::Keep);
    };
    let count = text.parse().ok().map(Patch::Set);
    count.or_else(|| fields.not_a(name, "number"))
}

fn permissions(fields: &mut Fields<'_>) -> Option<Patch<Permissions>> {
    let Some(value) = present(fields, "permissions") else {
        return Some(Patch::Keep);
    };
    let wanted = serde_json::from_value(value.clone()).map(Permissions::new).ok();
    wanted.map(Patch::Set).or_else(|| fields.not_a("permissions", "record"))
}
