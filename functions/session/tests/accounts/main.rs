//! The `accounts` contract on the wire: login, the exchange of refresh tokens, and the validation of tokens for others.

mod budgets;
mod hostile;
mod login;
mod refresh;
mod roles;
mod validate;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{EmailAddress, MemberRoles, RoleName, User};
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

const LOGIN: &str = "/accounts/v1/auth/login";
const REFRESH: &str = "/accounts/v1/auth/refresh-token";
const VALIDATE: &str = "/accounts/v1/auth/validate-token";
const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a keeper of the door";

async fn start() -> TestApp {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with_settings(session::routes, settings).await
}

/// A service in which somebody has an account, and a verified address.
async fn start_with_ada() -> TestApp {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    verify(&app, EMAIL).await;
    app
}

/// With an organization of their own; the JWT of the session behind it.
async fn sign_up(app: &TestApp, email: &str) -> String {
    let person = json!({"email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "Lovelace"});
    let tokens = app.post("/auth/sign-up").json(&person).send().await.expect(201).json();
    text(&tokens["accessToken"])
}

async fn user(app: &TestApp, email: &str) -> User {
    let email: EmailAddress = email.parse().expect("an address");
    let store = &app.core().store;
    let owner = store.find_owner(&email).await.expect("an answer").expect("an owner");
    store.find_user(owner).await.expect("an answer").expect("a user")
}

async fn change(app: &TestApp, email: &str, change: impl FnOnce(&mut User)) {
    let mut user = user(app, email).await;
    change(&mut user);
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

async fn verify(app: &TestApp, email: &str) {
    let now = app.clock.now();
    change(app, email, |user| user.email_verified_at = Some(now)).await;
}

/// What the user is in the first of their organizations.
async fn give_roles(app: &TestApp, email: &str, names: &[&str]) {
    let names = names.iter().map(|name| RoleName::parse(name).expect("a name"));
    let roles = MemberRoles::of(names).expect("roles");
    change(app, email, |user| user.memberships[0].roles = roles).await;
}

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.post(LOGIN).json(&body).send().await
}

/// What the answer to a login holds.
async fn logged_in(app: &TestApp, email: &str) -> Value {
    data(&login(app, email, PASSWORD).await)
}

async fn refresh(app: &TestApp, token: &Value) -> Answer {
    app.post(REFRESH).json(&json!({"refreshToken": token})).send().await
}

async fn validate(app: &TestApp, token: &Value, kind: &str) -> Answer {
    let body = json!({"token": token, "tokenType": kind});
    app.post(VALIDATE).json(&body).send().await
}

async fn is_live(app: &TestApp, token: &Value) -> bool {
    let answer = app.get("/api/auth/get-session").bearer(&text(token)).send().await;
    answer.expect(200).json() != Value::Null
}

/// How many sessions are kept of the user, live or not.
async fn sessions_of(app: &TestApp, email: &str) -> usize {
    let id = user(app, email).await.id;
    app.core().store.list_sessions(id).await.expect("an answer").len()
}

/// Of an answer that says that all went well.
fn data(answer: &Answer) -> Value {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let mut answer = answer.json();
    let data = answer["data"].take();
    assert_eq!(
        answer,
        json!({"result": "SUCCESS", "message": "Operation succeeded", "data": null})
    );
    data
}

fn assert_failure(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(
        answer.json(),
        json!({"result": "FAILURE", "message": message, "data": {"code": code}})
    );
    assert!(answer.cookies().is_empty());
}

fn assert_invalid_token(answer: &Answer) {
    assert_failure(answer, 401, "INVALID_TOKEN", "The token is not valid");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
