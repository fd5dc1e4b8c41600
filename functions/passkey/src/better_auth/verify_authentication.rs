//! `POST /passkey/verify-authentication`: signs a user in with a passkey.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use shared::contract::better_auth::{
    Body, Failure, Session, User, VerifyAuthenticationRequest, ask_for_second_factor, cookies,
};
use shared::contract::{Contract, sign_in_policy};
use shared::http::{AppState, Meta};
use shared::operations::{AuthenticationResponse, OpenedSession, SignInWithPasskey, SignedIn};

#[derive(Serialize)]
struct SessionAndUser {
    session: Session,
    user: User,
}

pub async fn verify_authentication(
    State(app): State<AppState>,
    meta: Meta,
    headers: HeaderMap,
    Body(body): Body<VerifyAuthenticationRequest>,
) -> Result<Response, Failure> {
    let response = AuthenticationResponse::parse(body.response);
    let answered = response.as_ref().ok().and_then(AuthenticationResponse::challenge);
    let presented = cookies::ceremony(&headers, answered.as_deref(), &app.config);
    let presented = presented.ok_or_else(Failure::challenge_not_found)?;
    let command = SignInWithPasskey {
        token: presented.token.clone(),
        response: response.map_err(|_| Failure::authentication_failed(StatusCode::BAD_REQUEST))?,
        policy: sign_in_policy(Contract::BetterAuth, &app.core),
        captcha: meta.captcha(Contract::BetterAuth, &app),
        client: meta.client,
    };
    let mut response = match app.core.sign_in_with_passkey(command, meta.now).await? {
        SignedIn::Session(opened) => signed_in(&opened, &app),
        SignedIn::SecondFactor(challenge) => ask_for_second_factor(&challenge, &app.config),
    };
    cookies::clear_ceremony(&mut response, &presented, &app.config);
    Ok(response)
}

fn signed_in(opened: &OpenedSession, app: &AppState) -> Response {
    let answer = SessionAndUser {
        session: Session::of(&opened.session, opened.token.to_string()),
        user: User::from(&opened.user),
    };
    let mut response = Json(answer).into_response();
    cookies::set_session(&mut response, &opened.session, &opened.token, &app.config);
    response
}
