//! The `better_auth` contract on the wire: forgotten, reset and changed passwords. One file per endpoint, and files for what
//! concerns them all: limits, faults, hostile input.

mod change_password;
mod faults;
mod hostile;
mod limits;
mod request_password_reset;
mod reset_password;
mod reset_password_callback;
mod strangers;

use serde_json::{Value, json};
use shared::domain::{User, UserStatus};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp, TestRequest};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const PASSWORD: &str = "a keeper of the door";
const SECOND: &str = "the door is kept well";
const ASK: &str = "/api/auth/request-password-reset";
const RESET: &str = "/api/auth/reset-password";
const CHANGE: &str = "/api/auth/change-password";
const APP: &str = "https://app.example.com";

async fn start() -> TestApp {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    let settings: Vec<_> = settings.iter().copied().chain([("TRUSTED_ORIGINS", APP)]).collect();
    let routes = |state: &_| {
        session::routes(state)
            .merge(password::routes(state))
            .merge(api_key::routes(state))
            .merge(passkey::routes(state))
            .merge(two_factor::routes(state))
    };
    TestApp::with_settings(routes, &settings).await
}

/// The token of the new user's session.
async fn sign_up(app: &TestApp, email: &str) -> String {
    let account = json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-up/email").json(&account).send().await;
    token_of(&answer.expect(200))
}

/// The token of a further session.
async fn sign_in(app: &TestApp, email: &str, password: &str) -> String {
    token_of(&try_sign_in(app, email, password).await.expect(200))
}

async fn try_sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.post("/api/auth/sign-in/email").json(&body).send().await
}

/// Whose password it is, and whose it is not.
async fn assert_password(app: &TestApp, email: &str, right: &str, wrong: &str) {
    let _ = try_sign_in(app, email, right).await.expect(200);
    let _ = try_sign_in(app, email, wrong).await.expect(401);
}

/// A token of the same user that another contract handed out.
async fn access_token(app: &TestApp, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let answer = app.post("/api/auth/login").json(&body).send().await.expect(200);
    answer.json()["access_token"].as_str().expect("a JWT").to_owned()
}

/// The token of a reset mail.
async fn reset_token(app: &TestApp, email: &str) -> String {
    let _ = app.post(ASK).json(&json!({"email": email})).send().await.expect(200);
    app.mailed_token("reset-password")
}

fn reset<'a>(app: &'a TestApp, token: &str, password: &str) -> TestRequest<'a> {
    app.post(RESET).json(&json!({"newPassword": password, "token": token}))
}

fn token_of(answer: &Answer) -> String {
    answer.json()["token"].as_str().expect("a token").to_owned()
}

async fn is_live(app: &TestApp, token: &str) -> bool {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await;
    answer.expect(200).json() != Value::Null
}

async fn set_status(app: &TestApp, token: &str, status: UserStatus) {
    let user = User {
        status,
        ..app.caller(token).await.user
    };
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

fn kinds(app: &TestApp, kind: &str) -> usize {
    let tag = ("kind".to_owned(), kind.to_owned());
    app.mails().iter().filter(|mail| mail.tags.contains(&tag)).count()
}

fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.json(), json!({"code": code, "message": message}));
    assert!(
        answer.cookies().is_empty(),
        "an error sets no cookie: {:?}",
        answer.cookies()
    );
}

fn assert_invalid_token(answer: &Answer) {
    assert_error(answer, 400, "INVALID_TOKEN", "Invalid token");
}
