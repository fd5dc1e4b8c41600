//! The `teams` contract: sign-in and sign-up with a token that the client has obtained from Google or Facebook.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::teams::{Body, Failure, TokenRequest, Tokens};
use shared::contract::{Contract, sign_in_policy};
use shared::http::{AppState, Meta};
use shared::operations::{IdentitySignIn, IdentitySignInError, ProviderToken, SignedInWithIdentity};

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

async fn enter(
    app: &AppState,
    meta: Meta,
    body: &TokenRequest,
    provider: &str,
    is_sign_up: bool,
) -> Result<SignedInWithIdentity, Failure> {
    let presented = ProviderToken {
        token: &body.token,
        nonce: None,
        access_token: None,
    };
    let captcha = meta.captcha(Contract::Teams, app);
    let identified = app
        .core
        .identify(provider, presented, &captcha, &meta.client, meta.now)
        .await?;
    let command = IdentitySignIn {
        granted: identified.granted,
        may_sign_up: is_sign_up && identified.sign_up.permits(true),
        must_sign_up: is_sign_up,
        with_organization: true,
        policy: sign_in_policy(Contract::Teams, &app.core),
        client: meta.client,
    };
    let signed_in = app.core.sign_in_with_identity(command, meta.now).await;
    signed_in.map_err(|error| match error {
        // The usual answer sends the client here.
        IdentitySignInError::SignUpDisabled if is_sign_up => Failure::sign_up_disabled(),
        error => error.into(),
    })
}
