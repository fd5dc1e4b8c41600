//! `POST /sign-in/social`: redirects to a provider's page, or signs the user in with a token that the client has
//! obtained itself.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use shared::contract::Contract;
use shared::contract::better_auth::social::{IdToken, SignedInWithToken, SocialRequest};
use shared::contract::better_auth::{Body, Failure, User, ask_for_second_factor, cookies};
use shared::domain::AuthorizationPurpose;
use shared::http::{AppState, Meta};
use shared::operations::{IdentitySignIn, SignedIn};

use super::{begin, policy};

pub async fn sign_in_social(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
    Body(mut body): Body<SocialRequest>,
) -> Result<Response, Failure> {
    if let Some(token) = body.id_token.take() {
        return sign_in_with_token(&app, meta, &body, &token).await;
    }
    let purpose = AuthorizationPurpose::SignIn {
        may_sign_up: body.request_sign_up,
    };
    let captcha = meta.captcha(Contract::BetterAuth, &app);
    begin(&app, &meta, &headers, body, purpose, captcha).await
}

async fn sign_in_with_token(
    app: &AppState,
    meta: Meta,
    body: &SocialRequest,
    token: &IdToken,
) -> Result<Response, Failure> {
    let (presented, now) = (token.presented(), meta.now);
    let captcha = meta.captcha(Contract::BetterAuth, app);
    let identified = app
        .core
        .identify(&body.provider, presented, &captcha, &meta.client, now)
        .await?;
    let command = IdentitySignIn {
        granted: identified.granted,
        may_sign_up: identified.sign_up.permits(body.request_sign_up),
        must_sign_up: false,
        with_organization: false,
        policy: policy(app),
        client: meta.client,
    };
    let signed_in = app.core.sign_in_with_identity(command, now).await?.signed_in;
    let opened = match &signed_in {
        SignedIn::Session(opened) => opened,
        SignedIn::SecondFactor(challenge) => return Ok(ask_for_second_factor(challenge, &app.config)),
    };
    let mut response = Json(SignedInWithToken {
        redirect: false,
        token: opened.token.to_string(),
        url: None,
        user: User::from(&opened.user),
    })
    .into_response();
    cookies::set_session(&mut response, &opened.session, &opened.token, &app.config);
    Ok(response)
}
