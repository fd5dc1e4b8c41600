//! The `basic` contract: sign-up, login, and sign-up by invitation.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use shared::contract::basic::{
    Body, Failure, LoginRequest, LoginResponse, PASSWORD_RULES, SignupInviteRequest, SignupInviteResponse,
    SignupRequest, User,
};
use shared::contract::{Contract, sign_in_policy};
use shared::domain::{InvitationToken, LoginName, NewPassword};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{AcceptInvitation, Interruption, Issue, SignIn, SignUp, SignedIn};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/api/auth/signup", post(signup))
        .route("/api/auth/login", post(login))
        .route("/api/auth/signup_invite", post(signup_invite))
}

async fn signup(State(app): State<AppState>, meta: Meta, Body(body): Body<SignupRequest>) -> Result<Response, Failure> {
    let command = SignUp {
        email: body.email,
        password: NewPassword::parse(&body.password, PASSWORD_RULES)?,
        name: body.name,
        username: None,
        display_username: None,
        image: None,
        with_organization: true,
        sign_in: None,
        remember_me: true,
        callback: None,
        captcha: meta.captcha(Contract::Basic, &app),
        client: meta.client,
    };
    let signed_up = app.core.sign_up(command, meta.now).await?;
    Ok((StatusCode::CREATED, Json(User::from(&signed_up.user))).into_response())
}

async fn login(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<LoginRequest>,
) -> Result<(HeaderMap, Json<LoginResponse>), Failure> {
    let command = SignIn {
        name: LoginName::Email(body.email),
        password: body.password,
        remember_me: true,
        policy: sign_in_policy(Contract::Basic, &app.core),
        trusted_devices: Vec::new(),
        captcha: meta.captcha(Contract::Basic, &app),
        client: meta.client,
    };
    let SignedIn::Session(opened) = app.core.sign_in(command, meta.now).await? else {
        // The contract has no response for a sign-in that waits for a second factor.
        return Err(Failure::second_factor_required());
    };
    let device = known_device::headers(opened.known_device.as_ref(), meta.is_cross_site, &app.config);
    let answer = LoginResponse {
        access_token: opened.expect_access_token()?,
        token_type: "bearer",
    };
    Ok((device, Json(answer)))
}

async fn signup_invite(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<SignupInviteRequest>,
) -> Result<Response, Failure> {
    let command = AcceptInvitation {
        token: InvitationToken::parse(&body.invite_token).map_err(|_| Failure::invalid_invitation())?,
        password: NewPassword::parse(&body.password, PASSWORD_RULES)?,
        name: body.name,
        sign_in: Some(Issue::AccessToken),
        captcha: meta.captcha(Contract::Basic, &app),
        client: meta.client,
    };
    let signed_up = app.core.accept_invitation(command, meta.now).await?;
    let user = User::from(&signed_up.user);
    let session = signed_up
        .session
        .ok_or_else(|| Interruption::internal("an accepted invitation opened no session"))?;
    let device = known_device::headers(session.known_device.as_ref(), meta.is_cross_site, &app.config);
    let access_token = session.expect_access_token()?;
    let answer = SignupInviteResponse { user, access_token };
    Ok((StatusCode::CREATED, device, Json(answer)).into_response())
}
