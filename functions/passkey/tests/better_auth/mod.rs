//! Passkeys of the `better_auth` contract on the wire, with authenticators in software.

mod deletion;
mod hostile_authentication;
mod hostile_registration;
mod limits;
mod passkeys;
mod races;
mod registration;
mod second_factor;
mod sign_in;
mod tabs;

use serde_json::{Value, json};
use shared::domain::token::CeremonyToken;
use shared::operations::{RegisterPasskey, RegistrationResponse};
use shared::testkit::better_auth::{assert_error, session_of, sign_up};
use shared::testkit::{Answer, Authenticator, ORIGIN, PASSWORD, TestApp};

use crate::{start, start_with};

const ADA: &str = "ada@example.com";
const BOB: &str = "bob@example.com";
const COOKIE: &str = "better-auth.better-auth-passkey";

/// Options for a browser, and the cookie that came with them.
struct Asked {
    options: Value,
    cookie: String,
}

/// What is asked of the operation itself, behind its route.
fn registration_command(asked: &Asked) -> RegisterPasskey {
    let (_, cookie) = asked.cookie.split_once('=').expect("a cookie");
    RegisterPasskey {
        token: CeremonyToken::parse(cookie).expect("a token"),
        response: RegistrationResponse::parse(Authenticator::new(1).create(&asked.options)).expect("a response"),
        name: None,
        client_ip: String::new(),
    }
}

fn asked(answer: &Answer) -> Asked {
    let cookies = answer.cookies();
    let cookie = cookies
        .iter()
        .find(|cookie| cookie.starts_with(COOKIE))
        .expect("a cookie");
    Asked {
        options: answer.json(),
        cookie: cookie.split(';').next().unwrap_or_default().to_owned(),
    }
}

async fn ask_to_register(app: &TestApp, token: &str) -> Asked {
    let answer = app
        .get("/api/auth/passkey/generate-register-options")
        .bearer(token)
        .send()
        .await;
    asked(&answer.expect(200))
}

async fn ask_to_sign_in(app: &TestApp) -> Asked {
    let answer = app.get("/api/auth/passkey/generate-authenticate-options").send().await;
    asked(&answer.expect(200))
}

async fn send_registration(app: &TestApp, token: &str, cookie: &str, response: &Value) -> Answer {
    let request = app.post("/api/auth/passkey/verify-registration").bearer(token);
    let request = request.header("cookie", cookie).header("origin", ORIGIN);
    request
        .json(&json!({"response": response, "name": "Ada's laptop"}))
        .send()
        .await
}

async fn send_authentication(app: &TestApp, cookie: &str, response: &Value) -> Answer {
    let request = app.post("/api/auth/passkey/verify-authentication");
    let request = request.header("cookie", cookie).header("origin", ORIGIN);
    request.json(&json!({"response": response})).send().await
}

async fn register(app: &TestApp, token: &str, authenticator: &mut Authenticator) -> Value {
    let asked = ask_to_register(app, token).await;
    let response = authenticator.create(&asked.options);
    send_registration(app, token, &asked.cookie, &response)
        .await
        .expect(200)
        .json()
}

async fn sign_in(app: &TestApp, authenticator: &mut Authenticator) -> Answer {
    let asked = ask_to_sign_in(app).await;
    let response = authenticator.get(&asked.options);
    send_authentication(app, &asked.cookie, &response).await
}

/// A user with a passkey, and the token of a session.
async fn user_with_passkey(app: &TestApp, email: &str, seed: u8) -> (String, Authenticator) {
    let token = sign_up(app, email).await;
    let mut authenticator = Authenticator::new(seed);
    register(app, &token, &mut authenticator).await;
    (token, authenticator)
}

async fn list(app: &TestApp, token: &str) -> Vec<Value> {
    let answer = app
        .get("/api/auth/passkey/list-user-passkeys")
        .bearer(token)
        .send()
        .await;
    answer.expect(200).json().as_array().expect("a list").clone()
}

fn assert_no_challenge(answer: &Answer) {
    assert_error(answer, 400, "CHALLENGE_NOT_FOUND", "Challenge not found");
}
