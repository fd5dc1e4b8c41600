//! The `platform` contract: the own profile, and the verification of the own address.

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use shared::contract::platform::{
    AuthenticationLimit, Bearer, Body, Failure, Message, Query, ResendVerificationRequest, UpdateUserProfile,
    UserProfile, VerifyEmailRequest,
};
use shared::contract::unknown;
use shared::domain::OneTimeToken;
use shared::http::{AppState, Meta};
use shared::operations::SendVerificationEmail;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    // The GET operation verifies an address, so a HEAD request must not run it.
    let verify_email = get(verify_email_by_query).head(unknown::answer).post(verify_email);
    router
        .route("/v1/auth/me", get(me).put(update_me))
        .route("/v1/auth/verify-email", verify_email)
        .route("/v1/auth/resend-verification", post(resend_verification))
}

async fn me(State(app): State<AppState>, meta: Meta, Bearer(caller): Bearer) -> Result<Json<UserProfile>, Failure> {
    let profile = app.core.show_profile(&caller, meta.now).await?;
    Ok(Json(UserProfile::from(&profile)))
}

async fn update_me(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<UpdateUserProfile>,
) -> Result<Json<UserProfile>, Failure> {
    let user = app.core.update_user(&caller, body.into(), meta.now).await?;
    let profile = app.core.profile_of(user, meta.now).await?;
    Ok(Json(UserProfile::from(&profile)))
}

async fn verify_email(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<VerifyEmailRequest>,
) -> Result<Json<Message>, Failure> {
    verify(&app, &meta, &body.token).await
}

/// The links of mails lead to a page, which a person confirms; this form is for clients that build links of their own.
async fn verify_email_by_query(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Query(query): Query<VerifyEmailRequest>,
) -> Result<Json<Message>, Failure> {
    verify(&app, &meta, &query.token).await
}

/// No session is opened.
async fn verify(app: &AppState, meta: &Meta, token: &str) -> Result<Json<Message>, Failure> {
    let token = OneTimeToken::parse(token).map_err(|_| Failure::verification_token_refused())?;
    let verified = app.core.verify_email(&token, None, &meta.client, meta.now).await?;
    app.core.accept_waiting_invitations(verified.user, meta.now).await;
    Ok(Json(Message::new("Email verified successfully")))
}

/// The answer is the same for every address, to prevent enumeration.
async fn resend_verification(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<ResendVerificationRequest>,
) -> Result<Json<Message>, Failure> {
    let command = SendVerificationEmail {
        email: body.email,
        callback: None,
        client_ip: meta.client.ip,
    };
    app.core.send_verification_email(None, command, meta.now).await?;
    Ok(Json(Message::new(
        "If the address is known and not verified, a verification mail is on its way",
    )))
}
