//! `GET /list-accounts`: the caller's methods of sign-in: identities at providers, and the password.

use axum::Json;
use axum::extract::State;
use shared::contract::better_auth::social::Account;
use shared::contract::better_auth::{Failure, Signed};
use shared::domain::ProviderId;
use shared::http::AppState;

pub async fn list_accounts(State(app): State<AppState>, Signed(caller): Signed) -> Result<Json<Vec<Account>>, Failure> {
    let accounts = app.core.list_accounts(&caller).await?;
    let user = &caller.user;
    let password = accounts.has_password.then(|| Account {
        id: user.id.to_string(),
        provider: ProviderId::CREDENTIAL.to_owned(),
        provider_id: ProviderId::CREDENTIAL.to_owned(),
        account_id: user.id.to_string(),
        user_id: user.id.to_string(),
        scopes: Vec::new(),
        created_at: user.created_at,
        updated_at: user.updated_at,
    });
    Ok(Json(
        password
            .into_iter()
            .chain(accounts.linked.iter().map(Account::from))
            .collect(),
    ))
}
