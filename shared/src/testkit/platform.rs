//! Users of the `platform` contract.

use serde_json::{Value, json};

use super::{Answer, PASSWORD, TestApp, TestRequest, text};
use crate::clock::Clock as _;
use crate::domain::OneTimeToken;
use crate::operations::Client;

pub use super::teams::{assert_error, assert_unauthorized};

const ME: &str = "/v1/auth/me";

/// The caller's own profile.
pub async fn me(app: &TestApp, token: &str) -> Value {
    app.get(ME).bearer(token).send().await.expect(200).json()
}

/// Changes fields of the caller's own profile.
pub async fn update_me(app: &TestApp, token: &str, change: &Value) -> Answer {
    app.request("PUT", ME).bearer(token).json(change).send().await
}

/// The body of a registration.
pub fn account(email: &str) -> Value {
    json!({"first_name": "Ada", "last_name": "Lovelace", "email": email, "password": PASSWORD})
}

/// The answer to the registration of a user, whose address is not verified.
pub async fn register(app: &TestApp, email: &str) -> Answer {
    app.post("/v1/auth/register").json(&account(email)).send().await
}

/// Verifies the address that the newest mail is about.
pub async fn verify(app: &TestApp) {
    let token = OneTimeToken::parse(&app.mailed_token("verify-email")).expect("a token");
    let client = Client::default();
    let verified = app.core().verify_email(&token, None, &client, app.clock.now()).await;
    verified.expect("a verified address");
}

pub fn login_request<'a>(app: &'a TestApp, identifier: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"identifier": identifier, "password": password});
    app.post("/v1/auth/login").json(&body)
}

pub async fn login(app: &TestApp, identifier: &str, password: &str) -> Answer {
    login_request(app, identifier, password).send().await
}

pub async fn refresh(app: &TestApp, token: &str) -> Answer {
    let body = json!({"refresh_token": token});
    app.post("/v1/auth/refresh").json(&body).send().await
}

/// The access token and the refresh token of an answer.
pub fn tokens_of(answer: &Answer) -> (String, String) {
    let answer = answer.json();
    (text(&answer["access_token"]), text(&answer["refresh_token"]))
}

/// The access token of a new user, whose address is verified.
pub async fn sign_up(app: &TestApp, email: &str) -> String {
    let _ = register(app, email).await.expect(201);
    verify(app).await;
    sign_in(app, email).await
}

/// The access token of a further session of a user who has [`PASSWORD`].
pub async fn sign_in(app: &TestApp, email: &str) -> String {
    tokens_of(&login(app, email, PASSWORD).await.expect(200)).0
}

/// The status and the field of an error that names one invalid field.
#[track_caller]
pub fn assert_invalid(answer: &Answer, field: &str, message: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()["details"].clone()),
        (400, json!([{"field": field, "message": message}])),
        "{}",
        answer.text()
    );
}

/// The status, the code and the message of an error that has a code.
#[track_caller]
pub fn assert_code(answer: &Answer, status: u16, code: &str, message: &str) {
    let error = answer.status.canonical_reason().expect("a known status");
    let expected = json!({"statusCode": status, "error": error, "message": message, "code": code});
    assert_eq!((answer.status.as_u16(), answer.json()), (status, expected));
}
