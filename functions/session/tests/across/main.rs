//! What holds across the contracts: races, limits, budgets and costs, faults, and tokens of one contract at another.

mod budgets;
mod costs;
mod faults;
mod limits;
mod races;
mod refresh_races;
mod tokens;

use serde_json::{Value, json};
use shared::contract::Contract;
use shared::testkit::race::{CROWD, race};
use shared::testkit::{Answer, TestApp, TestRequest};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "a keeper of the door";
/// Those in which somebody signs up.
const CONTRACTS: [Contract; 3] = [Contract::BetterAuth, Contract::Basic, Contract::Teams];
/// Those in which somebody signs in. The last one asks for an organization, which new users of the first one lack.
const DOORS: [Contract; 4] = [
    Contract::BetterAuth,
    Contract::Basic,
    Contract::Teams,
    Contract::Accounts,
];

/// So that each of the doors opens to whoever signs up.
const UNVERIFIED: (&str, &str) = ("VERIFICATION_REQUIRED", "none");

async fn start() -> TestApp {
    TestApp::with_settings(session::routes, &[UNVERIFIED]).await
}

async fn start_limited() -> TestApp {
    TestApp::with_settings(session::routes, &[UNVERIFIED, ("RATE_LIMITS", "on")]).await
}

fn sign_up<'a>(app: &'a TestApp, contract: Contract, email: &str) -> TestRequest<'a> {
    let (first, last) = ("Ada", "Lovelace");
    match contract {
        Contract::BetterAuth => app.post("/api/auth/sign-up/email").json(&json!({
            "name": format!("{first} {last}"), "email": email, "password": PASSWORD,
        })),
        Contract::Basic => app.post("/api/auth/signup").json(&json!({
            "first_name": first, "last_name": last, "email": email, "password": PASSWORD,
        })),
        _ => app.post("/auth/sign-up").json(&json!({
            "firstName": first, "lastName": last, "email": email, "password": PASSWORD,
        })),
    }
}

fn sign_in<'a>(app: &'a TestApp, contract: Contract, email: &str, password: &str) -> TestRequest<'a> {
    let credentials = json!({"email": email, "password": password});
    match contract {
        Contract::BetterAuth => app.post("/api/auth/sign-in/email").json(&credentials),
        Contract::Basic => app.post("/api/auth/login").json(&credentials),
        Contract::Accounts => app.post("/accounts/v1/auth/login").json(&credentials),
        _ => app
            .post("/auth/sign-in")
            .json(&json!({"credentials": credentials, "captchaToken": "unused"})),
    }
}

fn refresh<'a>(app: &'a TestApp, token: &str) -> TestRequest<'a> {
    app.post("/auth/refresh-token").json(&json!({"refreshToken": token}))
}

/// The bearer token of an answer, whatever its contract calls it.
fn bearer_of(answer: &Answer) -> String {
    text(&told(answer), &["token", "access_token", "accessToken"])
}

fn refresh_token_of(answer: &Answer) -> String {
    text(&told(answer), &["refreshToken"])
}

/// What is in the envelope, where there is one.
fn told(answer: &Answer) -> Value {
    let answer = answer.json();
    answer.get("data").cloned().unwrap_or(answer)
}

fn text(answer: &Value, names: &[&str]) -> String {
    let found = names.iter().find_map(|name| answer[name].as_str());
    found
        .unwrap_or_else(|| panic!("none of {names:?} in {answer}"))
        .to_owned()
}

async fn session_of(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await;
    answer.expect(200).json()
}

async fn is_live(app: &TestApp, token: &str) -> bool {
    session_of(app, token).await != Value::Null
}

/// A new user's access and refresh token.
async fn tokens(app: &TestApp) -> (String, String) {
    let answer = sign_up(app, Contract::Teams, EMAIL).send().await.expect(201);
    (bearer_of(&answer), refresh_token_of(&answer))
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}
