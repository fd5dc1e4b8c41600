//! Users of the `basic` contract, and how the contract words an error.

use serde_json::{Value, json};

use super::{Answer, PASSWORD, TestApp, text};

/// The body of a sign-up.
pub fn account(email: &str) -> Value {
    json!({"first_name": "Ada", "last_name": "Lovelace", "email": email, "password": PASSWORD})
}

pub async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.post("/api/auth/login").json(&body).send().await
}

/// The access token of a further session of a user who has [`PASSWORD`].
pub async fn access_token(app: &TestApp, email: &str) -> String {
    text(&login(app, email, PASSWORD).await.expect(200).json()["access_token"])
}

/// The status and the whole body of an error.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, detail: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(answer.json(), json!({"detail": detail}));
}
