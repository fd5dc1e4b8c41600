//! The `better_auth` contract on the wire: the own profile. One file per endpoint, and files for what concerns them all: limits,
//! faults, hostile input.

mod change_email;
mod change_email_approval;
mod change_email_confirmation;
mod delete_user;
mod delete_user_callback;
mod display_usernames;
mod faults;
mod hostile;
mod limits;
mod linked_accounts;
mod organizations;
mod send_verification_email;
mod update_user;
mod verify_email;

use serde_json::json;
use shared::testkit::basic::access_token;
use shared::testkit::better_auth::{
    CLEARED, assert_error, assert_unauthorized, is_live, sign_in, sign_up, token_of, try_sign_in, user_of,
};
use shared::testkit::race::count;
use shared::testkit::{Answer, ORIGIN, PASSWORD, TestApp, TestRequest};

use crate::{APP, start, start_with};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const SEND: &str = "/api/auth/send-verification-email";
const VERIFY: &str = "/api/auth/verify-email";
const CHANGE_EMAIL: &str = "/api/auth/change-email";
const UPDATE: &str = "/api/auth/update-user";
const DELETE: &str = "/api/auth/delete-user";
const CALLBACK: &str = "/api/auth/delete-user/callback";
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

/// The token of a mail to the new address.
async fn ask_to_move(app: &TestApp, session: &str, email: &str) -> String {
    let request = app.post(CHANGE_EMAIL).bearer(session).json(&json!({"newEmail": email}));
    let _ = request.send().await.expect(200);
    app.mailed_token("change-email")
}

fn verify<'a>(app: &'a TestApp, token: &str) -> TestRequest<'a> {
    app.get(&format!("{VERIFY}?token={token}"))
}

async fn is_verified(app: &TestApp, token: &str) -> bool {
    user_of(app, token).await["emailVerified"] == true
}

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 302, "{}", answer.text());
    answer.header("location").expect("a location")
}
