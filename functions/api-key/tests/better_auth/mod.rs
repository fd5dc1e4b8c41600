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

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::api_key::KeyTerms;
use shared::testkit::better_auth::{assert_error, sign_in, sign_up};
use shared::testkit::{Answer, PASSWORD, TestApp, text};

use crate::{start, start_with};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "eve@example.com";
const CREATE: &str = "/api/auth/api-key/create";
const GET: &str = "/api/auth/api-key/get";
const LIST: &str = "/api/auth/api-key/list";
const UPDATE: &str = "/api/auth/api-key/update";
const DELETE: &str = "/api/auth/api-key/delete";
const VERIFY: &str = "/api/auth/api-key/verify";
const DAY: i64 = 86_400;

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
    let caller = app.assured(token).await;
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

/// The answer of a verification that refuses the key.
fn assert_invalid(answer: &Answer, code: &str, message: &str) {
    let expected = json!({"valid": false, "error": {"code": code, "message": message}, "key": null});
    assert_eq!(answer.json(), expected);
}
