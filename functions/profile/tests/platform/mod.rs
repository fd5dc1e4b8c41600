//! The `platform` contract over HTTP: the own profile, how it is shown, how it changes, parallel changes of it, and the
//! verification of the own address.

mod races;
mod show;
mod update;
mod verification;

use serde_json::{Value, json};
use shared::testkit::platform::me;
use shared::testkit::{Answer, PASSWORD, TestApp, platform, text};

use crate::{start, start_with};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const ME: &str = "/v1/auth/me";
const PHONE: &str = "+441632960961";

/// The access token of a new user of `teams`, who has an organization of its own.
async fn sign_up(app: &TestApp, email: &str) -> String {
    let account = json!({"email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "King Lovelace"});
    let answer = app.post("/auth/sign-up").json(&account).send().await.expect(201);
    text(&answer.json()["accessToken"])
}

/// The session token of a new user of `better_auth`, who has none.
async fn sign_up_without_organization(app: &TestApp) -> String {
    let account = json!({"email": EMAIL, "password": PASSWORD, "name": "Ada"});
    let answer = app.post("/api/auth/sign-up/email").json(&account).send().await;
    text(&answer.expect(200).json()["token"])
}

async fn put(app: &TestApp, token: &str, change: Value) -> Answer {
    platform::update_me(app, token, &change).await
}

async fn update(app: &TestApp, token: &str, change: Value) -> Value {
    put(app, token, change).await.expect(200).json()
}

fn error(status: u16, error: &str, message: &str) -> Value {
    json!({"statusCode": status, "error": error, "message": message})
}
