//! Users of the `platform` contract. They sign up and sign in through another contract.

use serde_json::Value;

use super::{Answer, TestApp};

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
