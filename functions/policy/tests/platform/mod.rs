//! Policies in the `platform` contract.

mod administrators;
mod evaluate;
mod rules;
mod server;
mod sync;

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp, text};

use crate::start;

const RULES: &str = "/v1/policies";
const SYNC: &str = "/v1/policies/sync";
const OWNER: &str = "ada@example.com";
const GUEST: &str = "eve@example.com";

fn rule(conditions: &Value) -> Value {
    json!({"resource": "document", "action": "read", "conditions": conditions})
}

async fn create(app: &TestApp, token: &str, rule: &Value) -> Answer {
    app.post(RULES).bearer(token).json(rule).send().await
}

/// The id of a new rule.
async fn created(app: &TestApp, token: &str, conditions: &Value) -> String {
    text(&create(app, token, &rule(conditions)).await.expect(201).json()["id"])
}

async fn list(app: &TestApp, token: &str) -> Vec<Value> {
    let answer = app.get("/v1/policies?page=1&limit=100").bearer(token).send().await;
    answer.expect(200).json().as_array().expect("a list").clone()
}

async fn sync(app: &TestApp, token: &str) -> Answer {
    app.post(SYNC).bearer(token).send().await
}

async fn evaluate(app: &TestApp, token: &str, context: &Value) -> Value {
    let body = json!({"resource": "document", "action": "read", "context": context});
    let answer = app.post("/v1/policies/evaluate").bearer(token).json(&body).send().await;
    answer.expect(200).json()
}

async fn is_allowed(app: &TestApp, token: &str, context: &Value) -> bool {
    evaluate(app, token, context).await["allowed"] == true
}

async fn health(app: &TestApp, token: &str) -> Value {
    app.get("/v1/policies/health")
        .bearer(token)
        .send()
        .await
        .expect(200)
        .json()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_refused_in_the_words_of_the_contract() {
    let app = start().await;
    let answer = app
        .get("/v1/policies/x/nothing")
        .undocumented()
        .send()
        .await
        .expect(404);
    assert_eq!(answer.json()["message"], "Cannot GET /v1/policies/x/nothing");
}
