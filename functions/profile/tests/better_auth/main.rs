//! The `better_auth` contract on the wire: the own profile. One file per endpoint, and files for what concerns them all: limits,
//! faults, hostile input.

mod change_email;
mod change_email_confirmation;
mod delete_user;
mod delete_user_callback;
mod faults;
mod hostile;
mod limits;
mod linked_accounts;
mod organizations;
mod send_verification_email;
mod update_user;
mod verify_email;

use serde_json::{Value, json};
use shared::domain::{User, UserStatus};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp, TestRequest};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const PASSWORD: &str = "a keeper of the door";
const ORIGIN: &str = "http://127.0.0.1:3000";
const APP: &str = "https://app.example.com";
const SEND: &str = "/api/auth/send-verification-email";
const VERIFY: &str = "/api/auth/verify-email";
const CHANGE_EMAIL: &str = "/api/auth/change-email";
const UPDATE: &str = "/api/auth/update-user";
const DELETE: &str = "/api/auth/delete-user";
const CALLBACK: &str = "/api/auth/delete-user/callback";
const CLEARED: [&str; 3] = [
    "better-auth.session_token=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.session_data=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.dont_remember=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
];
/// What no redirect may lead to.
const EVIL: [&str; 7] = [
    "https://evil.test/",
    "//evil.test",
    "/\\evil.test",
    "https://app.example.com.evil.test",
    "https://app.example.com@evil.test",
    "javascript:alert(1)",
    "welcome",
];

async fn start() -> TestApp {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    let settings: Vec<_> = settings.iter().copied().chain([("TRUSTED_ORIGINS", APP)]).collect();
    let routes = |state: &_| {
        session::routes(state)
            .merge(password::routes(state))
            .merge(profile::routes(state))
    };
    TestApp::with_settings(routes, &settings).await
}

/// The token of the new user's session.
async fn sign_up(app: &TestApp, email: &str) -> String {
    let account = json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-up/email").json(&account).send().await;
    token_of(&answer.expect(200))
}

async fn try_sign_in(app: &TestApp, email: &str) -> Answer {
    let body = json!({"email": email, "password": PASSWORD});
    app.post("/api/auth/sign-in/email").json(&body).send().await
}

/// The token of a further session.
async fn sign_in(app: &TestApp, email: &str) -> String {
    token_of(&try_sign_in(app, email).await.expect(200))
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

/// The token of a mail to the new address.
async fn ask_to_move(app: &TestApp, session: &str, email: &str) -> String {
    let request = app.post(CHANGE_EMAIL).bearer(session).json(&json!({"newEmail": email}));
    let _ = request.send().await.expect(200);
    app.mailed_token("change-email")
}

fn verify<'a>(app: &'a TestApp, token: &str) -> TestRequest<'a> {
    app.get(&format!("{VERIFY}?token={token}"))
}

/// The user of a session, as clients see it; `null` without one.
async fn user_of(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await;
    answer.expect(200).json()["user"].take()
}

async fn is_live(app: &TestApp, token: &str) -> bool {
    user_of(app, token).await != Value::Null
}

async fn is_verified(app: &TestApp, token: &str) -> bool {
    user_of(app, token).await["emailVerified"] == true
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

/// The link in the newest mail of a kind.
fn link(app: &TestApp, kind: &str) -> String {
    let text = app.last_mail(kind).text.expect("a text");
    let mut words = text.split_whitespace();
    words.find(|word| word.contains("/link/")).expect("a link").to_owned()
}

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 302, "{}", answer.text());
    answer.header("location").expect("a location")
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

fn assert_unauthorized(answer: &Answer) {
    assert_error(answer, 401, "UNAUTHORIZED", "Unauthorized");
}
