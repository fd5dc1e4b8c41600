//! The `platform` contract: registration, login by address, username or telephone number, refresh token rotation and
//! logout.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use shared::contract::platform::{
    AuthenticationLimit, Bearer, Body, Failure, LoggedIn, LoginRequest, RefreshTokenRequest, RegisterRequest,
    Registered, SwitchOrganizationRequest, SwitchedOrganization, Tokens, count_request_of_user, session_of,
};
use shared::contract::{Contract, sign_in_policy};
use shared::domain::OrganizationId;
use shared::http::{AppState, Meta, known_device};
use shared::operations::{Client, SignIn, SignUp};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/auth/register", post(register))
        .route("/v1/auth/login", post(login))
        .route("/v1/auth/refresh", post(refresh))
        .route("/v1/auth/logout", post(logout))
        .route("/v1/auth/switch_org", post(switch_organization))
}

async fn register(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<RegisterRequest>,
) -> Result<(StatusCode, Json<Registered>), Failure> {
    let command = SignUp {
        password: body.password()?,
        name: body.name(),
        email: body.email,
        username: None,
        display_username: None,
        image: None,
        with_organization: true,
        sign_in: None,
        remember_me: false,
        callback: None,
        captcha: meta.captcha(Contract::Platform, &app),
        client: meta.client,
    };
    let signed_up = app.core.sign_up(command, meta.now).await?;
    Ok((StatusCode::CREATED, Json(Registered::of(&signed_up.user)?)))
}

async fn login(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    Body(body): Body<LoginRequest>,
) -> Result<(HeaderMap, Json<LoggedIn>), Failure> {
    let command = SignIn {
        name: body.identifier,
        password: body.password,
        remember_me: body.remember_me,
        policy: sign_in_policy(Contract::Platform, &app.core),
        trusted_devices: Vec::new(),
        captcha: meta.captcha(Contract::Platform, &app),
        client: Client {
            device_name: body.device_id,
            ..meta.client
        },
    };
    let opened = session_of(app.core.sign_in(command, meta.now).await?)?;
    let device = known_device::headers(opened.known_device.as_ref(), meta.is_cross_site, &app.config);
    Ok((device, Json(LoggedIn::complete(&app, &opened, meta.now).await?)))
}

/// A refresh is no guess, so it counts for its session in place of the client's address.
async fn refresh(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<RefreshTokenRequest>,
) -> Result<Json<Tokens>, Failure> {
    let policy = sign_in_policy(Contract::Platform, &app.core);
    let refreshed = app
        .core
        .refresh_session(&body.token()?, policy, &meta.client, meta.now)
        .await?;
    let lifetime = app.core.configuration().access_token_lifetime;
    Ok(Json(Tokens::refreshed(refreshed, lifetime, meta.now)))
}

async fn logout(State(app): State<AppState>, meta: Meta, Bearer(caller): Bearer) -> Result<StatusCode, Failure> {
    count_request_of_user(&app, &caller, meta.now).await?;
    app.core.sign_out(Some(&caller), Vec::new(), meta.now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The session gets new tokens, because the old access token names the old organization.
async fn switch_organization(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<SwitchOrganizationRequest>,
) -> Result<Json<SwitchedOrganization>, Failure> {
    let id = OrganizationId::parse(&body.tenant_id).map_err(|_| Failure::not_a_member())?;
    if caller.session.active_organization == Some(id) {
        app.core.count_request(&caller, meta.now).await?;
        return Ok(Json(SwitchedOrganization {
            status: "no_change",
            message: "The organization is the current one",
            tokens: None,
            tenant_id: id.to_string(),
        }));
    }
    let switched = app.core.switch_organization(&caller, id, meta.now).await?;
    let lifetime = app.core.configuration().access_token_lifetime;
    Ok(Json(SwitchedOrganization {
        status: "success",
        message: "Organization switched successfully",
        tokens: Some(Tokens::switched(switched, lifetime, meta.now)),
        tenant_id: id.to_string(),
    }))
}
