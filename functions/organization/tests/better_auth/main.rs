//! Founding organizations and inviting into them, as the framework's current version does. One file per endpoint, and one for
//! invitations that are pending.

mod create;
mod invite_member;
mod pending;
#[path = "../support/mod.rs"]
mod support;

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.json(), json!({"code": code, "message": message}));
}

async fn post(app: &TestApp, path: &str, token: &str, body: Value) -> Answer {
    app.post(path).bearer(token).json(&body).send().await
}
