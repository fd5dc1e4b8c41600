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

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{EmailAddress, NewPassword, PlatformRole, User};
use shared::operations::CreateAdmin;
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

const PASSWORD: &str = "a keeper of the door";
const ADMIN: &str = "admin@example.com";
const ADA: &str = "ada@example.com";

async fn start() -> TestApp {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with_settings(|state| session::routes(state).merge(users::routes(state)), settings).await
}

/// The token of an administrator of users, who has no other role.
async fn admin(app: &TestApp) -> String {
    let token = super_admin(app, ADMIN).await;
    keep_roles(app, &token, &[PlatformRole::Admin]).await;
    token
}

/// The token of somebody with every role.
async fn super_admin(app: &TestApp, email: &str) -> String {
    let command = CreateAdmin {
        email: EmailAddress::parse(email).expect("an address"),
        password: NewPassword::parse(PASSWORD, shared::contract::better_auth::PASSWORD_RULES).expect("a password"),
    };
    app.core()
        .create_admin(command, app.clock.now())
        .await
        .expect("an administrator");
    sign_in(app, email).await
}

async fn keep_roles(app: &TestApp, token: &str, roles: &[PlatformRole]) {
    let user = User {
        roles: roles.iter().copied().collect(),
        ..app.caller(token).await.user
    };
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

/// The token and the id of a new user.
async fn sign_up(app: &TestApp, email: &str) -> (String, String) {
    let body = json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD});
    let answer = app
        .post("/api/auth/sign-up/email")
        .json(&body)
        .send()
        .await
        .expect(200)
        .json();
    (text(&answer["token"]), text(&answer["user"]["id"]))
}

async fn try_sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.post("/api/auth/sign-in/email").json(&body).send().await
}

async fn sign_in(app: &TestApp, email: &str) -> String {
    text(&try_sign_in(app, email, PASSWORD).await.expect(200).json()["token"])
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

async fn session_of(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await;
    answer.expect(200).json()
}

async fn is_live(app: &TestApp, token: &str) -> bool {
    session_of(app, token).await != Value::Null
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

fn assert_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()["code"].as_str()),
        (status, Some(code)),
        "{}",
        answer.text()
    );
}
