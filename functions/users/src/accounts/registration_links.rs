//! Registration links.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use shared::contract::Contract;
use shared::contract::accounts::{
    AcceptRegistrationLinkRequest, BearerWith, Body, CreateRegistrationLinkRequest, DecodeRegistrationLinkRequest,
    Failure, NewRegistrationLink, Registration, RegistrationOffer, Success, User, new_password,
};
use shared::domain::RegistrationLinkToken;
use shared::http::{AppState, Meta, known_device};
use shared::operations::{AcceptRegistrationLink, StepUp};

pub async fn create_registration_link(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller, ..): BearerWith<StepUp>,
    Body(body): Body<CreateRegistrationLinkRequest>,
) -> Result<(StatusCode, Json<Success<NewRegistrationLink>>), Failure> {
    let created = app
        .core
        .create_registration_link(&caller, &body.into(), meta.now)
        .await?;
    let link = NewRegistrationLink::of(&created);
    Ok((StatusCode::CREATED, Json(Success::new(link))))
}

pub async fn decode_registration_link(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<DecodeRegistrationLinkRequest>,
) -> Result<Json<Success<RegistrationOffer>>, Failure> {
    let token = parse(&body.token)?;
    let (link, account) = app
        .core
        .check_registration_link(&token, &meta.client.ip, meta.now)
        .await?;
    Ok(Json(Success::new(RegistrationOffer::of_link(&link, account))))
}

pub async fn accept_registration_link(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<AcceptRegistrationLinkRequest>,
) -> Result<(StatusCode, HeaderMap, Json<Success<Registration>>), Failure> {
    let is_cross_site = meta.is_cross_site;
    let command = AcceptRegistrationLink {
        token: parse(&body.token)?,
        email: body.email,
        name: body.name,
        password: new_password(&body.password).map_err(|weak| Failure::weak_password("password", weak))?,
        captcha: meta.captcha(Contract::Accounts, &app),
        client: meta.client,
    };
    let registered = app.core.accept_registration_link(command, meta.now).await?;
    let registration = Registration {
        user: User::in_account(&registered.user)?,
        verification_email_sent: true,
    };
    let device = known_device::headers(Some(&registered.device), is_cross_site, &app.config);
    Ok((StatusCode::CREATED, device, Json(Success::new(registration))))
}

fn parse(token: &str) -> Result<RegistrationLinkToken, Failure> {
    RegistrationLinkToken::parse(token).map_err(|_| Failure::unknown_link())
}
