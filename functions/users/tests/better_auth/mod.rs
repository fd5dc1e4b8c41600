//! The administration of users in the `better_auth` contract.

mod access;
mod audit;
mod bans;
mod creation;
mod custom_roles;
mod impersonation;
mod limits;
mod listing;
mod roles;
mod sessions;
mod updates;

use serde_json::Value;
use shared::domain::PlatformRole;
use shared::testkit::better_auth::{
    account, assert_code as assert_error, is_live, session_of, sign_in, super_admin, try_sign_in,
};
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth, text};

use crate::{start, start_with};

const ADMIN: &str = "admin@example.com";
const ADA: &str = "ada@example.com";

/// The token of an administrator of users, who has no other role.
async fn admin(app: &TestApp) -> String {
    better_auth::admin(app, ADMIN).await
}

async fn keep_roles(app: &TestApp, token: &str, roles: &[PlatformRole]) {
    app.change_user(token, |user| user.roles = roles.iter().copied().collect())
        .await;
}

/// The token and the id of a new user.
async fn sign_up(app: &TestApp, email: &str) -> (String, String) {
    let answer = app.post("/api/auth/sign-up/email").json(&account(email)).send().await;
    let answer = answer.expect(200).json();
    (text(&answer["token"]), text(&answer["user"]["id"]))
}

async fn post(app: &TestApp, token: &str, operation: &str, body: &Value) -> Answer {
    let path = format!("/api/auth/admin/{operation}");
    app.post(&path).bearer(token).json(body).send().await
}

/// For operations that the contract file does not have.
async fn post_undocumented(app: &TestApp, token: &str, operation: &str, body: &Value) -> Answer {
    let path = format!("/api/auth/admin/{operation}");
    app.post(&path).bearer(token).json(body).undocumented().send().await
}
