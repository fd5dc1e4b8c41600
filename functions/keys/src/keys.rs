//! `/.well-known`: the public keys of access tokens (RFC 7517), and the issuer's metadata (RFC 8414, OpenID Connect
//! Discovery 1.0). Both are the same for every client, so caches may share them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use shared::config::Config;
use shared::contract::interrupted::Interrupted;
use shared::domain::signing_key::Ring;
use shared::http::retry::with_retry_after;
use shared::http::{AppState, Meta};
use shared::operations::Interruption;

const JWKS: &str = "/.well-known/jwks.json";

/// How long clients may cache the documents. A verifier that meets an unknown `kid` fetches the key set again
/// immediately.
const KEPT_FOR: &str = "public, max-age=300";

/// Every claim that a token may have.
const CLAIMS: [&str; 14] = [
    "iss",
    "aud",
    "sub",
    "sid",
    "jti",
    "iat",
    "exp",
    "email",
    "email_verified",
    "roles",
    "org",
    "org_role",
    "app_roles",
    "amr",
];

pub fn routes() -> Router<AppState> {
    Router::new()
        .route(JWKS, get(jwks))
        .route("/.well-known/openid-configuration", get(openid_configuration))
}

async fn jwks(State(app): State<AppState>, meta: Meta, headers: HeaderMap) -> Result<Response, Failure> {
    Ok(key_set(&app, Ring::User, &meta, &headers).await?)
}

/// The public keys of a ring.
pub async fn key_set(app: &AppState, ring: Ring, meta: &Meta, headers: &HeaderMap) -> Result<Response, Interruption> {
    let keys = app.core.publish_key_set(ring, meta.now).await?;
    document(&keys, headers)
}

async fn openid_configuration(State(app): State<AppState>, headers: HeaderMap) -> Result<Response, Failure> {
    Ok(document(&Metadata::of(&app.config), &headers)?)
}

/// The issuer's metadata that verifiers read.
///
/// The metadata contains no authorization endpoint and no token endpoint, because there are none, and nothing that
/// depends on them (grant types, scopes, client authentication). That is less than `OpenID` Connect requires of a
/// provider, and sufficient, by it and by RFC 8414, for an issuer whose tokens are verified.
#[derive(Debug, Serialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
    /// Both standards require this field. Among the defined response types, this one describes our sign-ins best: they
    /// return an access token.
    response_types_supported: [&'static str; 1],
    /// A user has the same `sub` for every audience.
    subject_types_supported: [&'static str; 1],
    /// The algorithms of tokens, under the name by which verifiers look for them. After a change of the setting, tokens of
    /// both are valid for a while.
    id_token_signing_alg_values_supported: [&'static str; 2],
    claims_supported: [&'static str; 14],
}

impl Metadata {
    /// The URLs come from the configuration only: the client chooses a request's `Host`.
    fn of(config: &Config) -> Self {
        Self {
            issuer: config.signer.issuer.clone(),
            jwks_uri: format!("{}{JWKS}", config.settings.public_url),
            response_types_supported: ["token"],
            subject_types_supported: ["public"],
            id_token_signing_alg_values_supported: ["ES256", "RS256"],
            claims_supported: CLAIMS,
        }
    }
}

/// A cacheable response, which clients that have it need not download again (RFC 9110, section 13.1.2).
fn document(content: &impl Serialize, headers: &HeaderMap) -> Result<Response, Interruption> {
    let body = serde_json::to_vec(content)
        .map_err(|error| Interruption::internal(format_args!("a public document does not serialize: {error}")))?;
    let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&body)));
    let about = [(CACHE_CONTROL, KEPT_FOR), (ETAG, &tag)];
    if is_known(&tag, headers) {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(CONTENT_TYPE, "application/json")], body).into_response())
}

fn is_known(tag: &str, headers: &HeaderMap) -> bool {
    let lists = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|list| list.to_str().ok());
    let mut known = lists.flat_map(|list| list.split(',')).map(str::trim);
    known.any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// The response to an interruption, in the format of no contract.
struct Failure(Interruption);

impl From<Interruption> for Failure {
    fn from(interruption: Interruption) -> Self {
        Self(interruption)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Interrupted {
            status,
            message,
            retry_after,
        } = self.0.into();
        let body = Json(json!({ "message": message }));
        with_retry_after((status, body).into_response(), retry_after)
    }
}
