//! `GET /api-key/list`: the caller's keys, without their secrets.

use std::cmp::Ordering;

use axum::Json;
use axum::extract::State;
use shared::config::ListForm;
use shared::contract::better_auth::api_key::{ApiKey, ApiKeys, ListApiKeysQuery, SortBy};
use shared::contract::better_auth::{Failure, Query, Signed};
use shared::domain::api_key::ApiKey as CoreApiKey;
use shared::domain::listing::Page;
use shared::http::{AppState, Meta};

pub async fn list(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Query(query): Query<ListApiKeysQuery>,
) -> Result<Json<ApiKeys>, Failure> {
    let keys = if asks_for_others(&query) {
        Vec::new()
    } else {
        app.core.list_api_keys(caller.user.id, meta.now).await?
    };
    Ok(Json(answer(keys, &query, app.config.api_key_list)))
}

/// Whether the query asks for keys of another configuration or of an organization. There are none: every key belongs to
/// a user and to the one configuration.
fn asks_for_others(query: &ListApiKeysQuery) -> bool {
    query.organization_id.is_some() || query.config_id.as_deref().is_some_and(|id| id != "default")
}

fn answer(mut keys: Vec<CoreApiKey>, query: &ListApiKeysQuery, form: ListForm) -> ApiKeys {
    keys.sort_by(|one, other| {
        let order = compare(one, other, query.sort_by);
        if query.descending { order.reverse() } else { order }
    });
    let total = keys.len();
    let page = Page {
        offset: query.offset.unwrap_or(0),
        limit: query.limit.unwrap_or(usize::MAX),
    };
    let shown = page.of(keys).iter().map(ApiKey::from).collect();
    match form {
        ListForm::Array => ApiKeys::Array(shown),
        ListForm::Object => ApiKeys::Object {
            api_keys: shown,
            total,
            limit: query.limit,
            offset: query.offset,
        },
    }
}

/// Absent values sort first.
fn compare(one: &CoreApiKey, other: &CoreApiKey, by: SortBy) -> Ordering {
    let name = |key: &CoreApiKey| key.name.as_ref().map(ToString::to_string);
    match by {
        SortBy::CreatedAt => one.created_at.cmp(&other.created_at),
        SortBy::UpdatedAt => one.updated_at.cmp(&other.updated_at),
        SortBy::ExpiresAt => one.expires_at.cmp(&other.expires_at),
        SortBy::LastRequest => one.usage.last_at.cmp(&other.usage.last_at),
        SortBy::Name => name(one).cmp(&name(other)),
    }
}
