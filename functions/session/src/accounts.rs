//! The `accounts` contract: login, refresh token rotation, and the validation of tokens for other services.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::HeaderMap;
use shared::contract::accounts::{
    AuthData, Body, Failure, LoginRequest, RefreshTokenRequest, Success, TokenPair, TokenType, TokenValidation,
    ValidateTokenRequest,
};
use shared::contract::{Contract, sign_in_policy};
use shared::domain::{LoginName, RefreshToken};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{Credential, PresentedToken, SignIn, SignInPolicy, SignedIn};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/accounts/v1/auth/login", post(login))
        .route("/accounts/v1/auth/refresh-token", post(refresh_token))
        .route("/accounts/v1/auth/validate-token", post(validate_token))
}

async fn login(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<LoginRequest>,
) -> Result<(HeaderMap, Json<Success<AuthData>>), Failure> {
    let command = SignIn {
        name: LoginName::Email(body.email),
        password: body.password,
        remember_me: body.remember_me,
        policy: policy(&app),
        trusted_devices: Vec::new(),
        captcha: meta.captcha(Contract::Accounts, &app),
        client: meta.client,
    };
    let SignedIn::Session(opened) = app.core.sign_in(command, meta.now).await? else {
        // The contract has no response for a sign-in that waits for a second factor.
        return Err(Failure::second_factor_required());
    };
    let lifetime = app.core.configuration().access_token_lifetime;
    let device = known_device::headers(opened.known_device.as_ref(), meta.is_cross_site, &app.config);
    Ok((device, Json(Success::new(AuthData::of(&opened, lifetime, meta.now)?))))
}

async fn refresh_token(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<RefreshTokenRequest>,
) -> Result<Json<Success<TokenPair>>, Failure> {
    let token = RefreshToken::parse(&body.refresh_token).map_err(|_| Failure::invalid_token())?;
    let policy = sign_in_policy(Contract::Accounts, &app.core);
    let refreshed = app.core.refresh_session(&token, policy, &meta.client, meta.now).await?;
    let lifetime = app.core.configuration().access_token_lifetime;
    Ok(Json(Success::new(TokenPair::refreshed(refreshed, lifetime, meta.now))))
}

/// This operation has no rate limit: another service calls it for each of its own requests, and a token cannot be
/// guessed.
async fn validate_token(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<ValidateTokenRequest>,
) -> Result<Json<Success<TokenValidation>>, Failure> {
    let token = match body.token_type {
        TokenType::Access => Credential::parse(&body.token).map(PresentedToken::Access),
        TokenType::Refresh => RefreshToken::parse(&body.token).ok().map(PresentedToken::Refresh),
    };
    let token = token.ok_or_else(Failure::invalid_token)?;
    let valid = app.core.validate_token(&token, &policy(&app), meta.now).await?;
    let validation = TokenValidation::of(&valid, body.token_type).ok_or_else(Failure::invalid_token)?;
    Ok(Json(Success::new(validation)))
}

fn policy(app: &AppState) -> SignInPolicy {
    sign_in_policy(Contract::Accounts, &app.core)
}
