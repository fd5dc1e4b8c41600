//! The `better_auth` contract: the caller's API keys, and the verification of a key by any client that has it. Each
//! endpoint has a file; this one has what several of them share.

mod create;
mod delete;
mod get;
mod list;
mod update;
mod verify;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use http::request::Parts;
use jiff::SignedDuration;
use serde_json::Value;
use shared::contract::better_auth::{Failure, SignedWith, check_origin};
use shared::domain::api_key::{KeyLifetime, Metadata};
use shared::domain::{ApiKeyId, UserId};
use shared::http::AppState;
use shared::operations::{Assured, StepUp};

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .route("/api/auth/api-key/create", post(create::create))
        .route("/api/auth/api-key/get", get(get::get))
        .route("/api/auth/api-key/list", get(list::list))
        .route("/api/auth/api-key/update", post(update::update))
        .route("/api/auth/api-key/delete", post(delete::delete))
        .route("/api/auth/api-key/verify", post(verify::verify))
        .route_layer(from_fn_with_state(state.clone(), check_origin))
}

/// The owner of the keys. Two of the operations respond to a caller without a session with an error of their own.
struct KeyOwner(Assured<StepUp>);

impl FromRequestParts<AppState> for KeyOwner {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Failure> {
        match SignedWith::from_request_parts(parts, app).await {
            Ok(SignedWith(caller)) => Ok(Self(caller)),
            Err(failure) if failure == Failure::unauthorized() => Err(Failure::unauthorized_session()),
            Err(failure) => Err(failure),
        }
    }
}

/// The owner's id is a parameter for programs without a session; in a session, it must be the caller's.
fn check_owner(named: Option<&str>, owner: UserId) -> Result<(), Failure> {
    if named.is_none_or(|named| named == owner.to_string()) {
        Ok(())
    } else {
        Err(Failure::unauthorized_session())
    }
}

/// Text that cannot be an id is answered like an unknown id.
fn parse_id(text: &str) -> Result<ApiKeyId, Failure> {
    ApiKeyId::parse(text).map_err(|_| Failure::api_key_not_found())
}

fn lifetime(seconds: f64) -> Result<KeyLifetime, Failure> {
    if seconds < 1.0 {
        return Err(Failure::expiry_not_positive());
    }
    let length = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX);
    Ok(KeyLifetime::new(length)?)
}

/// An object, or its JSON text.
fn metadata(value: Value) -> Result<Metadata, Failure> {
    let object = match value {
        Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::Null),
        other => other,
    };
    if object.is_object() {
        Ok(Metadata::new(object.to_string())?)
    } else {
        Err(Failure::invalid_metadata_type())
    }
}
