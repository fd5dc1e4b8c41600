//! Organizations, as the framework's current version answers. One file per group of operations; `races` and `budgets` across them.

mod abuse;
mod accept_invitation;
mod answers;
mod budgets;
mod create;
mod delete;
mod hostile;
mod invite_member;
mod limits;
mod list_members;
mod members;
mod pending;
mod permissions;
mod races;
mod reading;
mod set_active;
mod stale;
#[path = "../support/mod.rs"]
mod support;
mod teams;
mod update;

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

/// Below which all operations are.
const BASE: &str = "/api/auth/organization";

fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.json(), json!({"code": code, "message": message}));
}

/// Where the message is the code in plain words.
fn assert_code(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["code"]),
        (status, &json!(code)),
        "{}",
        answer.text()
    );
}

async fn post(app: &TestApp, path: &str, token: &str, body: Value) -> Answer {
    app.post(path).bearer(token).json(&body).send().await
}

/// An operation by its name.
async fn call(app: &TestApp, operation: &str, token: &str, body: Value) -> Answer {
    post(app, &format!("{BASE}/{operation}"), token, body).await
}

async fn get(app: &TestApp, operation: &str, token: &str) -> Answer {
    app.get(&format!("{BASE}/{operation}")).bearer(token).send().await
}

async fn active(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await.expect(200);
    answer.json()["session"]["activeOrganizationId"].clone()
}
