//! Sign-up and sign-in in a contract that is given as a value, for tests that hold in several contracts.

use serde_json::Value;

use super::{Answer, PASSWORD, TestApp, TestRequest, accounts, basic, better_auth, platform, teams};
use crate::contract::Contract;

/// The contracts that have a sign-up.
pub const SIGN_UP_CONTRACTS: [Contract; 3] = [Contract::BetterAuth, Contract::Basic, Contract::Teams];

/// The contracts that have a sign-in. `accounts` admits members of an organization only, and a sign-up in `better_auth`
/// creates none.
pub const SIGN_IN_CONTRACTS: [Contract; 4] = [
    Contract::BetterAuth,
    Contract::Basic,
    Contract::Teams,
    Contract::Accounts,
];

/// The path and the body of a sign-up.
pub fn account(contract: Contract, email: &str) -> (&'static str, Value) {
    match contract {
        Contract::BetterAuth => ("/api/auth/sign-up/email", better_auth::account(email)),
        Contract::Basic => ("/api/auth/signup", basic::account(email)),
        Contract::Teams => ("/auth/sign-up", teams::account(email)),
        Contract::Platform => ("/v1/auth/register", platform::account(email)),
        Contract::Accounts => panic!("{contract} has no sign-up"),
    }
}

pub fn sign_up<'a>(app: &'a TestApp, contract: Contract, email: &str) -> TestRequest<'a> {
    let (path, body) = account(contract, email);
    app.post(path).json(&body)
}

pub fn sign_in<'a>(app: &'a TestApp, contract: Contract, email: &str, password: &str) -> TestRequest<'a> {
    match contract {
        Contract::BetterAuth => better_auth::sign_in_request(app, email, password),
        Contract::Basic => app
            .post("/api/auth/login")
            .json(&serde_json::json!({"email": email, "password": password})),
        Contract::Teams => teams::sign_in_request(app, email, password),
        Contract::Accounts => accounts::login_request(app, email, password),
        Contract::Platform => platform::login_request(app, email, password),
    }
}

/// The bearer token of a further session of a user who has [`PASSWORD`].
pub async fn sign_in_for_token(app: &TestApp, contract: Contract, email: &str) -> String {
    let answer = sign_in(app, contract, email, PASSWORD).send().await;
    bearer_of(&answer).unwrap_or_else(|| panic!("{contract}: {}", answer.text()))
}

/// The bearer token of an answer under the name that its contract gives it, if there is one.
pub fn bearer_of(answer: &Answer) -> Option<String> {
    field_of(answer, &["token", "access_token", "accessToken"])
}

pub fn refresh_token_of(answer: &Answer) -> Option<String> {
    field_of(answer, &["refreshToken", "refresh_token"])
}

fn field_of(answer: &Answer, names: &[&str]) -> Option<String> {
    let answer = answer.json();
    let content: &Value = answer.get("data").unwrap_or(&answer);
    let found = names.iter().find_map(|name| content[*name].as_str());
    found.map(str::to_owned)
}
