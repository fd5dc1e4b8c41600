//! The `teams` contract: sign-in and sign-up with a token that the client has got from Google or Facebook by itself.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::Contract;
use shared::contract::teams::{Body, Failure, TokenRequest, Tokens};
use shared::domain::RateLimit;
use shared::http::{AppState, Meta};
use shared::operations::{IdentitySignIn, Issue, SignedInWithIdentity};
use shared::social::{PresentedToken, ProviderError};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route(
            "/auth/google/sign-in",
            post(async |app, meta, body| sign_in(app, meta, body, "google").await),
        )
        .route(
            "/auth/google/sign-up",
            post(async |app, meta, body| sign_up(app, meta, body, "google").await),
        )
        .route(
            "/auth/facebook/sign-in",
            post(async |app, meta, body| sign_in(app, meta, body, "facebook").await),
        )
        .route(
            "/auth/facebook/sign-up",
            post(async |app, meta, body| sign_up(app, meta, body, "facebook").await),
        )
}

async fn sign_in(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<TokenRequest>,
    provider: &str,
) -> Result<Json<Tokens>, Failure> {
    let opened = enter(&app, meta, &body, provider, false).await?;
    Ok(Json(Tokens::of(opened.signed_in)?))
}

async fn sign_up(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<TokenRequest>,
    provider: &str,
) -> Result<Response, Failure> {
    let opened = enter(&app, meta, &body, provider, true).await?;
    Ok((StatusCode::CREATED, Json(Tokens::of(opened.signed_in)?)).into_response())
}

/// A provider that is not configured knows nobody.
async fn enter(
    app: &AppState,
    meta: Meta,
    body: &TokenRequest,
    provider: &str,
    is_sign_up: bool,
) -> Result<SignedInWithIdentity, Failure> {
    let provider = app.core.social.get(provider).ok_or(ProviderError::Unsupported)?;
    app.core
        .limit_rate(RateLimit::SOCIAL, &meta.client.ip, meta.now)
        .await?;
    let presented = PresentedToken {
        token: &body.token,
        nonce: None,
        access_token: None,
    };
    let command = IdentitySignIn {
        granted: provider.identify(presented, meta.now).await?,
        may_sign_up: is_sign_up,
        must_sign_up: is_sign_up,
        with_organization: true,
        verification_required: app.config.verification_required.contains(&Contract::Teams),
        issue: Issue::AccessToken,
        client: meta.client,
    };
    Ok(app.core.sign_in_with_identity(command, meta.now).await?)
}
