//! The `better_auth` contract on the wire, as the framework's current version speaks it. One file per endpoint, and files for what
//! concerns them all: origins, https, hostile input.

mod get_session;
mod hostile;
mod https;
mod list_sessions;
mod origins;
mod revoke_sessions;
mod sign_in_email;
mod sign_out;
mod sign_up_email;
mod update_session;
mod usernames;

use serde_json::{Value, json};
use shared::domain::{User, UserStatus};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a keeper of the door";
const ORIGIN: &str = "http://127.0.0.1:3000";
const CLEARED: [&str; 3] = [
    "better-auth.session_token=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.session_data=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.dont_remember=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
];

async fn start() -> TestApp {
    TestApp::start(session::routes).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with_settings(session::routes, settings).await
}

fn account(email: &str) -> Value {
    json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD})
}

/// The token of the new user's session.
async fn sign_up(app: &TestApp, email: &str) -> String {
    let answer = app.post("/api/auth/sign-up/email").json(&account(email)).send().await;
    token_of(&answer.expect(200))
}

/// The token of a further session.
async fn sign_in(app: &TestApp, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-in/email").json(&body).send().await;
    token_of(&answer.expect(200))
}

/// A token of the same user that another contract handed out.
async fn access_token(app: &TestApp, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let answer = app.post("/api/auth/login").json(&body).send().await.expect(200);
    answer.json()["access_token"].as_str().expect("a JWT").to_owned()
}

fn token_of(answer: &Answer) -> String {
    answer.json()["token"].as_str().expect("a token").to_owned()
}

async fn session_of(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await;
    answer.expect(200).json()
}

async fn set_status(app: &TestApp, token: &str, status: UserStatus) {
    let user = User {
        status,
        ..app.caller(token).await.user
    };
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
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
