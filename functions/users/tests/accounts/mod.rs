//! The users of an account in the `accounts` contract, as its administrators create and change them.

mod access;
mod addresses;
mod budgets;
mod bulk;
mod creation;
mod deletion;
mod internal;
mod races;
mod registration_links;
mod roles;
mod status;

use serde_json::{Value, json};
use shared::domain::{EmailAddress, PlatformRole, User, UserId};
use shared::testkit::accounts::{Account, STRONG_PASSWORD as STRONG, activate, assert_code, login_request};
use shared::testkit::{Answer, TestApp, better_auth, text};

use crate::{start, start_with};

const OWNER: &str = "owner@example.com";
const GRACE: &str = "grace@example.com";
const ALAN: &str = "alan@example.com";

const USERS: &str = "/accounts/v1/users";
const LINKS: &str = "/accounts/v1/registration-links";

async fn post(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.post(path).bearer(token).json(body).send().await
}

async fn patch(app: &TestApp, token: &str, id: &Value, body: &Value) -> Answer {
    let path = format!("{USERS}/{}", text(id));
    app.request("PATCH", &path).bearer(token).json(body).send().await
}

async fn put_roles(app: &TestApp, token: &str, id: &Value, body: &Value) -> Answer {
    let path = format!("{USERS}/{}/roles", text(id));
    app.request("PUT", &path).bearer(token).json(body).send().await
}

async fn delete(app: &TestApp, token: &str, id: &Value, body: &Value) -> Answer {
    let path = format!("{USERS}/{}", text(id));
    app.request("DELETE", &path).bearer(token).json(body).send().await
}

/// The session token of a super administrator, who is a member of no account.
async fn super_admin(app: &TestApp) -> String {
    let token = better_auth::super_admin(app, "root@example.com").await;
    app.change_user(&token, |user| user.roles = [PlatformRole::SuperAdmin].into())
        .await;
    token
}

/// The id of the user of a session, as the contract shows it.
async fn id_of(app: &TestApp, token: &str) -> Value {
    json!(app.caller(token).await.user.id.to_string())
}

async fn user(app: &TestApp, id: &Value) -> Option<User> {
    let id = UserId::parse(&text(id)).expect("an id");
    app.core().store.find_user(id).await.expect("an answer")
}

async fn owner_of(app: &TestApp, email: &str) -> Option<UserId> {
    let email: EmailAddress = email.parse().expect("an address");
    app.core().store.find_owner(&email).await.expect("an answer")
}

/// The names of the roles of a user that the contract shows, with their status.
fn roles(user: &Value) -> Vec<(String, String)> {
    let states = user["roles"].as_array().expect("a list").iter();
    states
        .map(|state| (text(&state["name"]), text(&state["status"])))
        .collect()
}

fn active(names: &[&str]) -> Vec<(String, String)> {
    names
        .iter()
        .map(|name| ((*name).to_owned(), "ACTIVE".to_owned()))
        .collect()
}

/// The data of a success.
#[track_caller]
fn data(answer: &Answer) -> Value {
    assert!(answer.status.is_success(), "{} {}", answer.status, answer.text());
    answer.json()["data"].take()
}
