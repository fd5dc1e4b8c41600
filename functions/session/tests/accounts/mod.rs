//! The `accounts` contract on the wire: login, the exchange of refresh tokens, and the validation of tokens for others.

mod budgets;
mod hostile;
mod login;
mod refresh;
mod roles;
mod validate;

use serde_json::Value;
use shared::clock::Clock as _;
use shared::domain::{MemberRoles, RoleName};
use shared::testkit::accounts::{assert_error as assert_failure, data, login, refresh, validate};
use shared::testkit::teams::sign_up_for_access_token as sign_up;
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth, text};

use crate::{start, start_with};

const LOGIN: &str = "/accounts/v1/auth/login";
const REFRESH: &str = "/accounts/v1/auth/refresh-token";
const VALIDATE: &str = "/accounts/v1/auth/validate-token";
const EMAIL: &str = "ada@example.com";

/// A service with one user, whose address is verified.
async fn start_with_ada() -> TestApp {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    verify(&app, EMAIL).await;
    app
}

async fn verify(app: &TestApp, email: &str) {
    let now = app.clock.now();
    app.change_user_of(email, |user| user.email_verified_at = Some(now))
        .await;
}

/// What the user is in the first of their organizations.
async fn give_roles(app: &TestApp, email: &str, names: &[&str]) {
    let names = names.iter().map(|name| RoleName::parse(name).expect("a name"));
    let roles = MemberRoles::of(names).expect("roles");
    app.change_user_of(email, |user| user.memberships[0].roles = roles)
        .await;
}

/// What the answer to a login holds.
async fn logged_in(app: &TestApp, email: &str) -> Value {
    data(&login(app, email, PASSWORD).await)
}

async fn is_live(app: &TestApp, token: &Value) -> bool {
    better_auth::is_live(app, &text(token)).await
}

/// How many sessions are kept of the user, live or not.
async fn sessions_of(app: &TestApp, email: &str) -> usize {
    let id = app.user_of(email).await.id;
    app.core().store.list_sessions(id).await.expect("an answer").len()
}

fn assert_invalid_token(answer: &Answer) {
    assert_failure(answer, 401, "INVALID_TOKEN", "The token is not valid");
}
