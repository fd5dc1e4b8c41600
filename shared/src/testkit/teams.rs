//! Users of the `teams` contract, and how the contract words an error.

use serde_json::{Value, json};

use super::{Answer, PASSWORD, TestApp, TestRequest, text};

/// The body of a sign-up.
pub fn account(email: &str) -> Value {
    json!({"firstName": "Ada", "lastName": "Lovelace", "email": email, "password": PASSWORD})
}

/// The tokens of a new user, who owns an organization.
pub async fn sign_up(app: &TestApp, email: &str) -> Value {
    let answer = app.post("/auth/sign-up").json(&account(email)).send().await;
    answer.expect(201).json()
}

/// The access token of a new user, who owns an organization.
pub async fn sign_up_for_access_token(app: &TestApp, email: &str) -> String {
    text(&sign_up(app, email).await["accessToken"])
}

pub fn sign_in_request<'a>(app: &'a TestApp, email: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"credentials": {"email": email, "password": password}, "captchaToken": "unused"});
    app.post("/auth/sign-in").json(&body)
}

pub async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    sign_in_request(app, email, password).send().await
}

/// The access token and the refresh token of an answer.
pub fn tokens_of(answer: &Answer) -> (String, String) {
    let answer = answer.json();
    (text(&answer["accessToken"]), text(&answer["refreshToken"]))
}

pub fn refresh_request<'a>(app: &'a TestApp, token: &str) -> TestRequest<'a> {
    app.post("/auth/refresh-token").json(&json!({"refreshToken": token}))
}

pub async fn refresh(app: &TestApp, token: &str) -> Answer {
    refresh_request(app, token).send().await
}

/// The body of a new user's answer to an invitation.
pub fn finish_invitation_body(token: &str) -> Value {
    json!({"newPassword": PASSWORD, "token": token, "firstName": "Eve", "lastName": "Roe"})
}

/// The status and the whole body of an error. The `platform` contract words its errors alike.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    let error = answer.status.canonical_reason().expect("a known status");
    assert_eq!(
        answer.json(),
        json!({"statusCode": status, "message": message, "error": error})
    );
}

#[track_caller]
pub fn assert_unauthorized(answer: &Answer) {
    assert_error(answer, 401, "Unauthorized");
}
