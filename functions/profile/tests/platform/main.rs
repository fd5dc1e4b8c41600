//! The `platform` contract on the wire: the own profile, how it is shown, how it changes, and what happens to it at once.

mod races;
mod show;
mod update;

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const PASSWORD: &str = "a keeper of the door";
const ME: &str = "/v1/auth/me";
const PHONE: &str = "+441632960961";

async fn start() -> TestApp {
    start_with("off").await
}

/// With limits of rates `on` or `off`.
async fn start_with(limits: &str) -> TestApp {
    let routes = |state: &_| {
        session::routes(state)
            .merge(profile::routes(state))
            .merge(organization::routes(state))
    };
    TestApp::with_settings(routes, &[("RATE_LIMITS", limits)]).await
}

/// The access token of a new user of `teams`, who has an organization of its own.
async fn sign_up(app: &TestApp, email: &str) -> String {
    let account = json!({"email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "King Lovelace"});
    let answer = app.post("/auth/sign-up").json(&account).send().await.expect(201);
    answer.json()["accessToken"].as_str().expect("a token").to_owned()
}

/// The session token of a new user of `better_auth`, who has none.
async fn sign_up_without_organization(app: &TestApp) -> String {
    let account = json!({"email": EMAIL, "password": PASSWORD, "name": "Ada"});
    let answer = app.post("/api/auth/sign-up/email").json(&account).send().await;
    answer.expect(200).json()["token"].as_str().expect("a token").to_owned()
}

async fn me(app: &TestApp, token: &str) -> Value {
    app.get(ME).bearer(token).send().await.expect(200).json()
}

async fn put(app: &TestApp, token: &str, change: Value) -> Answer {
    app.request("PUT", ME).bearer(token).json(&change).send().await
}

async fn update(app: &TestApp, token: &str, change: Value) -> Value {
    put(app, token, change).await.expect(200).json()
}

fn error(status: u16, error: &str, message: &str) -> Value {
    json!({"statusCode": status, "error": error, "message": message})
}
