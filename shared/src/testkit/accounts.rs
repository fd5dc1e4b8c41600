//! Users of the `accounts` contract, and how the contract wraps its answers.

use serde_json::{Value, json};

use super::{Answer, TestApp, TestRequest};

pub fn login_request<'a>(app: &'a TestApp, email: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"email": email, "password": password});
    app.post("/accounts/v1/auth/login").json(&body)
}

pub async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    login_request(app, email, password).send().await
}

pub async fn refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({"refreshToken": token});
    app.post("/accounts/v1/auth/refresh-token").json(&body).send().await
}

pub async fn validate(app: &TestApp, token: &Value, kind: &str) -> Answer {
    let body = json!({"token": token, "tokenType": kind});
    app.post("/accounts/v1/auth/validate-token").json(&body).send().await
}

/// The data in the envelope of a success.
#[track_caller]
pub fn data(answer: &Answer) -> Value {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let mut answer = answer.json();
    let data = answer["data"].take();
    assert_eq!(
        answer,
        json!({"result": "SUCCESS", "message": "Operation succeeded", "data": null})
    );
    data
}

/// The status and the whole body of an error. An error sets no cookie.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(
        answer.json(),
        json!({"result": "FAILURE", "message": message, "data": {"code": code}})
    );
    assert!(answer.cookies().is_empty());
}
