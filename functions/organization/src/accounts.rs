//! The `accounts` contract: accounts, which are organizations.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::Contract;
use shared::contract::accounts::{
    Account, Bearer, BearerWith, Body, CreateAccountRequest, Failure, OptionalBearer, Success, UpdateAccountRequest,
};
use shared::domain::OrganizationId;
use shared::http::{AppState, Meta};
use shared::operations::{Account as CoreAccount, StepUp, UpdateAccount};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/accounts/v1/accounts", post(create_account))
        .route("/accounts/v1/accounts/{id}", get(show_account).put(update_account))
}

async fn create_account(
    State(app): State<AppState>,
    meta: Meta,
    OptionalBearer(caller): OptionalBearer,
    Body(body): Body<CreateAccountRequest>,
) -> Result<(StatusCode, Json<Success<Account>>), Failure> {
    let captcha = meta.captcha(Contract::Accounts, &app);
    let command = body.into_command(captcha, meta.client);
    let created = app.core.create_account(caller.as_ref(), command, meta.now).await?;
    Ok((StatusCode::CREATED, shown(created)))
}

async fn show_account(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<Success<Account>>, Failure> {
    let account = app.core.show_account(&caller, account_id(path)?, meta.now).await?;
    Ok(shown(account))
}

async fn update_account(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<StepUp>,
    path: Result<Path<String>, PathRejection>,
    Body(body): Body<UpdateAccountRequest>,
) -> Result<Json<Success<Account>>, Failure> {
    let (id, command) = (account_id(path)?, UpdateAccount::from(body));
    let account = app.core.update_account(&caller, id, &command, meta.now).await?;
    Ok(shown(account))
}

fn shown(account: CoreAccount) -> Json<Success<Account>> {
    Json(Success::new(Account::of(account)))
}

/// An id that no account can have is answered like that of an unknown account.
fn account_id(path: Result<Path<String>, PathRejection>) -> Result<OrganizationId, Failure> {
    let id = path.ok().and_then(|Path(id)| OrganizationId::parse(&id).ok());
    id.ok_or_else(Failure::account_not_found)
}
