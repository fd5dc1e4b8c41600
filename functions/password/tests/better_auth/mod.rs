//! The `better_auth` contract on the wire: forgotten, reset and changed passwords. One file per endpoint, and files for what
//! concerns them all: limits, faults, hostile input.

mod change_password;
mod faults;
mod hostile;
mod known_devices;
mod limits;
mod request_password_reset;
mod reset_password;
mod reset_password_callback;
mod strangers;
mod verify_password;

use serde_json::json;
use shared::testkit::basic::access_token;
use shared::testkit::better_auth::{assert_error, is_live, sign_up, token_of, try_sign_in};
use shared::testkit::race::count;
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest};

use crate::{APP, SECOND, start, start_with};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const ASK: &str = "/api/auth/request-password-reset";
const RESET: &str = "/api/auth/reset-password";
const CHANGE: &str = "/api/auth/change-password";

/// The token of a further session.
async fn sign_in(app: &TestApp, email: &str, password: &str) -> String {
    token_of(&try_sign_in(app, email, password).await.expect(200))
}

/// The user signs in with `right` and not with `wrong`.
async fn assert_password(app: &TestApp, email: &str, right: &str, wrong: &str) {
    let _ = try_sign_in(app, email, right).await.expect(200);
    let _ = try_sign_in(app, email, wrong).await.expect(401);
}

/// The token of a reset mail.
async fn reset_token(app: &TestApp, email: &str) -> String {
    let _ = app.post(ASK).json(&json!({"email": email})).send().await.expect(200);
    app.mailed_token("reset-password")
}

fn reset<'a>(app: &'a TestApp, token: &str, password: &str) -> TestRequest<'a> {
    app.post(RESET).json(&json!({"newPassword": password, "token": token}))
}

fn assert_invalid_token(answer: &Answer) {
    assert_error(answer, 400, "INVALID_TOKEN", "Invalid token");
}
