//! Registration links.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use shared::contract::accounts::{
    AcceptRegistrationLinkRequest, BearerWith, Body, CreateRegistrationLinkRequest, DecodeRegistrationLinkRequest,
    Failure, NewRegistrationLink, Registration, RegistrationOffer, Success, User, invitation, new_password,
};
use shared::contract::{Contract, sign_in_policy};
use shared::http::{AppState, Meta, known_device};
use shared::operations::{
    AcceptRegistrationLink, AccountInvitation, FirstPasswordSet, SetFirstPassword, SetFirstPasswordError, StepUp,
};

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
    let ip = &meta.client.ip;
    let offer = match invitation(&body.token)? {
        AccountInvitation::Link(token) => {
            let (link, account) = app.core.check_registration_link(&token, ip, meta.now).await?;
            RegistrationOffer::of_link(&link, account)
        }
        AccountInvitation::Mail(token) => {
            RegistrationOffer::of_invitation(app.core.check_account_invitation(&token, ip, meta.now).await?)
        }
    };
    Ok(Json(Success::new(offer)))
}

/// The token of a mail is bound to the address that it was sent to, which it proves.
pub async fn accept_registration_link(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<AcceptRegistrationLinkRequest>,
) -> Result<(StatusCode, HeaderMap, Json<Success<Registration>>), Failure> {
    let is_cross_site = meta.is_cross_site;
    let password = new_password(&body.password).map_err(|weak| Failure::weak_password("password", weak))?;
    let (user, device, verification_email_sent) = match invitation(&body.token)? {
        AccountInvitation::Link(token) => {
            let command = AcceptRegistrationLink {
                token,
                email: body.email,
                name: body.name,
                password,
                captcha: meta.captcha(Contract::Accounts, &app),
                policy: sign_in_policy(Contract::Accounts, &app.core),
                client: meta.client,
            };
            let registered = app.core.accept_registration_link(command, meta.now).await?;
            (User::in_account(&registered.user)?, registered.device, true)
        }
        AccountInvitation::Mail(token) => {
            let command = SetFirstPassword {
                email: Some(&body.email),
                name: Some(&body.name),
                password: &password,
            };
            let set = app.core.set_first_password(&token, command, &meta.client.ip, meta.now);
            let FirstPasswordSet { user, device } = set.await.map_err(refused)?;
            (User::at_home(&user)?, device, false)
        }
    };
    let registration = Registration {
        user,
        verification_email_sent,
    };
    let device = known_device::headers(Some(&device), is_cross_site, &app.config);
    Ok((StatusCode::CREATED, device, Json(Success::new(registration))))
}

/// The document has no 404 for the acceptance.
fn refused(error: SetFirstPasswordError) -> Failure {
    match error {
        SetFirstPasswordError::NoAccount => Failure::unknown_link(),
        error => error.into(),
    }
}
