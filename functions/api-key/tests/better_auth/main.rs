//! API keys in the `better_auth` contract. One file per endpoint, one for keys in place of sessions, and files for what concerns
//! them all: limits, races, hostile input, faults.

mod create;
mod delete;
mod faults;
mod get;
mod hostile;
mod limits;
mod list;
mod races;
mod sessions;
mod update;
mod verify;

use axum::Router;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::api_key::KeyTerms;
use shared::domain::{User, UserStatus};
use shared::http::AppState;
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "eve@example.com";
const PASSWORD: &str = "a keeper of the door";
const CREATE: &str = "/api/auth/api-key/create";
const GET: &str = "/api/auth/api-key/get";
const LIST: &str = "/api/auth/api-key/list";
const UPDATE: &str = "/api/auth/api-key/update";
const DELETE: &str = "/api/auth/api-key/delete";
const VERIFY: &str = "/api/auth/api-key/verify";
const DAY: i64 = 86_400;

/// The function under test, and those whose operations a key meets.
fn routes(state: &AppState) -> Router<AppState> {
    api_key::routes(state)
        .merge(organization::routes(state))
        .merge(password::routes(state))
        .merge(profile::routes(state))
        .merge(session::routes(state))
}

async fn start() -> TestApp {
    TestApp::start(routes).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with_settings(routes, settings).await
}

/// The token of the new user's session.
async fn sign_up(app: &TestApp, email: &str) -> String {
    let account = json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD});
    let answer = app
        .post("/api/auth/sign-up/email")
        .json(&account)
        .send()
        .await
        .expect(200);
    answer.json()["token"].as_str().expect("a token").to_owned()
}

/// A key as its owner gets to see it, once.
async fn create(app: &TestApp, token: &str, body: &Value) -> Value {
    app.post(CREATE)
        .bearer(token)
        .json(body)
        .send()
        .await
        .expect(200)
        .json()
}

/// The text of a key with terms that no client may choose.
async fn create_on_terms(app: &TestApp, token: &str, terms: KeyTerms) -> String {
    let caller = app.caller(token).await;
    let created = app.core().create_api_key(&caller, terms, app.clock.now()).await;
    created.expect("a key").text.as_str().to_owned()
}

async fn verify(app: &TestApp, key: &str) -> Answer {
    app.post(VERIFY).json(&json!({"key": key})).send().await.expect(200)
}

async fn listed(app: &TestApp, token: &str) -> Vec<Value> {
    let answer = app.get(LIST).bearer(token).send().await.expect(200);
    answer.json().as_array().expect("an array").clone()
}

async fn set_status(app: &TestApp, token: &str, status: UserStatus) {
    let user = User {
        status,
        ..app.caller(token).await.user
    };
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
        .to_owned()
}

fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.json(), json!({"code": code, "message": message}));
}

/// The verification has found the key to be no good.
fn assert_invalid(answer: &Answer, code: &str, message: &str) {
    let expected = json!({"valid": false, "error": {"code": code, "message": message}, "key": null});
    assert_eq!(answer.json(), expected);
}
