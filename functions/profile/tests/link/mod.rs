//! The pages behind the links of mails, as a browser meets them: opened with GET, sent as a form, without an `Origin`.

mod addresses;
mod deletion;
mod hostile;

use serde_json::json;
use shared::testkit::better_auth::{sign_up, user_of};
use shared::testkit::{Answer, TestApp, TestRequest};

use crate::APP;

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const VERIFY: &str = "/link/verify-email";
const CHANGE: &str = "/link/change-email";
const DELETE: &str = "/link/delete-user";
const DEAD: &str = "The link was used already, or it has expired. Ask for a new one.";
const LATER: &str = "Please try again in a moment.";

/// Deletions are confirmed by mail.
async fn start() -> TestApp {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    crate::start_with(&[settings, &[("CONFIRM_DELETION_BY_MAIL", "on")]].concat()).await
}

async fn change_token(app: &TestApp, session: &str) -> String {
    let request = app.post("/api/auth/change-email").bearer(session);
    let _ = request.json(&json!({"newEmail": OTHER})).send().await.expect(200);
    app.mailed_token("change-email")
}

async fn deletion_token(app: &TestApp, session: &str) -> String {
    let request = app.post("/api/auth/delete-user").bearer(session);
    let _ = request.json(&json!({})).send().await.expect(200);
    app.mailed_token("delete-user")
}

/// As browsers send it: the page's referrer policy leaves no origin.
fn send<'a>(app: &'a TestApp, page: &str, fields: &[(&str, &str)]) -> TestRequest<'a> {
    app.post(page).header("origin", "null").form(fields)
}

/// The same from the browser of a user who is signed in.
fn send_signed_in<'a>(app: &'a TestApp, session: &str, page: &str, fields: &[(&str, &str)]) -> TestRequest<'a> {
    app.post(page).cookie(session).header("origin", "null").form(fields)
}

fn assert_page(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert!(answer.text().contains(words), "{words:?} in {}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").expect("a location")
}
