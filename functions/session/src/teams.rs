//! The `teams` contract: sign-in with a captcha, sign-up, and refresh token rotation.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use shared::contract::teams::{
    Body, Failure, PASSWORD_RULES, RefreshTokenRequest, SignInRequest, SignUpRequest, Tokens,
};
use shared::contract::{Contract, sign_in_policy};
use shared::domain::{LoginName, NewPassword, RefreshToken};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{Refreshed, SignIn, SignInError, SignUp, SignedIn};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/auth/sign-in", post(sign_in))
        .route("/auth/sign-up", post(sign_up))
        .route("/auth/refresh-token", post(refresh_token))
}

async fn sign_in(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<SignInRequest>,
) -> Result<(HeaderMap, Json<Tokens>), Failure> {
    let command = SignIn {
        name: LoginName::Email(body.credentials.email),
        password: body.credentials.password,
        remember_me: true,
        policy: sign_in_policy(Contract::Teams, &app.core),
        trusted_devices: Vec::new(),
        captcha: app.config.captcha_check(Contract::Teams, Some(&body.captcha_token)),
        client: meta.client,
    };
    let signed_in = app.core.sign_in(command, meta.now).await?;
    let device = known_device::headers(signed_in.known_device(), meta.is_cross_site, &app.config);
    Ok((device, Json(Tokens::of(signed_in)?)))
}

async fn sign_up(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<SignUpRequest>,
) -> Result<Response, Failure> {
    let policy = sign_in_policy(Contract::Teams, &app.core);
    let command = SignUp {
        email: body.email,
        password: NewPassword::parse(&body.password, PASSWORD_RULES)?,
        name: body.name,
        username: None,
        display_username: None,
        image: None,
        with_organization: true,
        sign_in: (!policy.verified_address).then_some(policy.issue),
        remember_me: true,
        callback: None,
        captcha: meta.captcha(Contract::Teams, &app),
        client: meta.client,
    };
    let signed_up = app.core.sign_up(command, meta.now).await?;
    // The document has no response without tokens, so the client gets the error of the next sign-in.
    let opened = signed_up.session.ok_or(SignInError::EmailNotVerified)?;
    let device = known_device::headers(opened.known_device.as_ref(), meta.is_cross_site, &app.config);
    let tokens = Tokens::of(SignedIn::Session(opened))?;
    Ok((StatusCode::CREATED, device, Json(tokens)).into_response())
}

async fn refresh_token(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<RefreshTokenRequest>,
) -> Result<Json<Tokens>, Failure> {
    let token = RefreshToken::parse(&body.refresh_token).map_err(|_| Failure::unauthorized())?;
    let policy = sign_in_policy(Contract::Teams, &app.core);
    let Refreshed {
        user,
        access_token,
        refresh_token,
        ..
    } = app.core.refresh_session(&token, policy, &meta.client, meta.now).await?;
    Ok(Json(Tokens {
        access_token,
        refresh_token: refresh_token.to_string(),
        is_two_factor_enable: user.two_factor_enabled,
    }))
}
