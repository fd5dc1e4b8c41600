//! The `platform` contract over HTTP: forgotten passwords, and the change of the own one.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::UserStatus;
use shared::testkit::platform::{
    assert_error, assert_invalid, assert_unauthorized, login, login_request, refresh, register, sign_up, tokens_of,
};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest, better_auth};

use crate::{SECOND, start, start_with};

const EMAIL: &str = "ada@example.com";
const RESET: &str = "/v1/auth/reset-password";
const CHANGE: &str = "/v1/auth/change-password";

/// Limits are counted; that of the contract is high enough for the tests of others.
const LIMITED: [(&str, &str); 2] = [("RATE_LIMITS", "on"), ("LIMIT_PLATFORM_AUTHENTICATION", "1000/60")];

async fn start_with_ada() -> TestApp {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    app
}

fn forgot<'a>(app: &'a TestApp, email: &str) -> TestRequest<'a> {
    app.post("/v1/auth/forgot-password").json(&json!({"email": email}))
}

async fn mailed_token(app: &TestApp) -> String {
    let _ = forgot(app, EMAIL).send().await.expect(200);
    app.mailed_token("reset-password")
}

fn reset<'a>(app: &'a TestApp, token: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"token": token, "newPassword": password, "confirmPassword": password});
    app.post(RESET).json(&body)
}

fn change<'a>(app: &'a TestApp, token: &str, old: &str, new: &str) -> TestRequest<'a> {
    let body = json!({"oldPassword": old, "newPassword": new});
    app.post(CHANGE).bearer(token).json(&body)
}

fn assert_refused(answer: &Answer) {
    assert_error(answer, 400, "Invalid or expired token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_and_every_session_ends() {
    let app = start_with_ada().await;
    let (access, token) = tokens_of(&login(&app, EMAIL, PASSWORD).await.expect(200));
    let mailed = mailed_token(&app).await;
    let answer = reset(&app, &mailed, SECOND).send().await.expect(200);
    assert_eq!(answer.json(), json!({"message": "Password reset successfully"}));
    assert!(answer.device_cookie().is_some() && answer.cookies().is_empty());
    assert!(!better_auth::is_live(&app, &access).await);
    let _ = refresh(&app, &token).await.expect(401);
    let _ = login(&app, EMAIL, PASSWORD).await.expect(401);
    let _ = login(&app, EMAIL, SECOND).await.expect(200);
    assert_refused(&reset(&app, &mailed, "eight bridges at dusk").send().await);
    assert_eq!(app.count_mails("password-changed"), 1);
}

/// The mail proves the control of the address.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_verifies_the_address() {
    let app = start().await;
    let _ = register(&app, EMAIL).await.expect(201);
    let token = mailed_token(&app).await;
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
    let answer = login(&app, EMAIL, SECOND).await.expect(200);
    assert_eq!(answer.json()["user"]["verified"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer_after_the_same_calls() {
    let app = start_with(&LIMITED).await;
    sign_up(&app, EMAIL).await;
    let known = forgot(&app, EMAIL).send().await.expect(200);
    let unknown = forgot(&app, "eve@example.com").send().await.expect(200);
    assert_eq!(known.body, unknown.body);
    assert_eq!(known.usage.dynamodb, unknown.usage.dynamodb);
    assert_eq!(app.count_mails("reset-password"), 1);
    assert_invalid(&forgot(&app, "eve").send().await, "email", "must be an email address");
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_fields_of_a_reset_are_named_and_leave_the_token_valid() {
    let app = start_with_ada().await;
    let token = mailed_token(&app).await;
    let with = |new: &str, repeated: Value| {
        let body = json!({"token": token, "newPassword": new, "confirmPassword": repeated});
        app.post(RESET).json(&body).send()
    };
    assert_invalid(
        &with(SECOND, json!("other")).await,
        "confirmPassword",
        "must be a repetition of newPassword",
    );
    assert_invalid(&with(SECOND, json!(1)).await, "confirmPassword", "must be a string");
    assert_invalid(
        &with("short", json!("short")).await,
        "newPassword",
        "must have at least 8 characters",
    );
    let common = "is one of the most common passwords";
    assert_invalid(&with("password1", json!("password1")).await, "newPassword", common);
    let answer = app.post(RESET).json(&json!({})).send().await.expect(400).json();
    assert_eq!(answer["details"].as_array().map(Vec::len), Some(3));
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_live_token_of_a_reset_resets() {
    let app = start_with_ada().await;
    let verification = app.mailed_token("verify-email");
    for token in ["x", verification.as_str()] {
        assert_refused(&reset(&app, token, SECOND).send().await);
    }
    let token = mailed_token(&app).await;
    let newer = mailed_token(&app).await;
    assert_refused(&reset(&app, &token, SECOND).send().await);
    app.clock.advance(SignedDuration::from_hours(1));
    assert_refused(&reset(&app, &newer, SECOND).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_suspended_user_is_refused() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = mailed_token(&app).await;
    app.set_status(&session, UserStatus::Suspended).await;
    assert_refused(&reset(&app, &token, SECOND).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_resets_with_one_token_one_succeeds() {
    let app = start_with_ada().await;
    let token = mailed_token(&app).await;
    let app = Arc::new(app);
    let outcome = exactly_one_wins(&app, 200, &[400], move |app, number| {
        reset(app, &token, &format!("{number} bridges at dusk"))
    })
    .await;
    let password = format!("{} bridges at dusk", outcome.winner);
    let _ = login(&app, EMAIL, &password).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_ends_the_other_sessions() {
    let app = start().await;
    let first = sign_up(&app, EMAIL).await;
    let (access, token) = tokens_of(&login(&app, EMAIL, PASSWORD).await.expect(200));
    let answer = change(&app, &access, PASSWORD, SECOND).send().await.expect(200);
    assert_eq!(answer.json(), json!({"message": "Password changed successfully"}));
    assert!(answer.device_cookie().is_some() && answer.cookies().is_empty());
    assert!(!better_auth::is_live(&app, &first).await);
    assert!(better_auth::is_live(&app, &access).await);
    let _ = refresh(&app, &token).await.expect(200);
    let _ = login(&app, EMAIL, PASSWORD).await.expect(401);
    let _ = login(&app, EMAIL, SECOND).await.expect(200);
    assert_eq!(app.count_mails("password-changed"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_old_password_and_a_weak_new_one_are_invalid_fields() {
    let app = start().await;
    let access = sign_up(&app, EMAIL).await;
    assert_invalid(
        &change(&app, &access, "wrong", SECOND).send().await,
        "oldPassword",
        "is wrong",
    );
    let weak = change(&app, &access, PASSWORD, EMAIL).send().await;
    assert_invalid(&weak, "newPassword", "is easy to guess");
    let answer = app
        .post(CHANGE)
        .bearer(&access)
        .json(&json!({}))
        .send()
        .await
        .expect(400);
    assert_eq!(
        answer.json()["details"],
        json!([
            {"field": "oldPassword", "message": "is required"},
            {"field": "newPassword", "message": "is required"},
        ])
    );
    let anonymous = json!({"oldPassword": PASSWORD, "newPassword": SECOND});
    assert_unauthorized(&app.post(CHANGE).json(&anonymous).send().await);
    assert_unauthorized(&change(&app, "x", PASSWORD, SECOND).send().await);
}

/// Against a stolen session: its attempts at the password are counted, as in every contract.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_old_passwords_are_counted() {
    let app = start_with(&LIMITED).await;
    let access = sign_up(&app, EMAIL).await;
    for _ in 0..5 {
        let _ = change(&app, &access, "wrong", SECOND).send().await.expect(400);
    }
    let _ = change(&app, &access, PASSWORD, SECOND).send().await.expect(429);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_changes_at_once_one_succeeds() {
    let app = start().await;
    let access = sign_up(&app, EMAIL).await;
    let app = Arc::new(app);
    let outcome = exactly_one_wins(&app, 200, &[400], move |app, number| {
        change(app, &access, PASSWORD, &format!("{number} bridges at dusk"))
    })
    .await;
    let password = format!("{} bridges at dusk", outcome.winner);
    let _ = login(&app, EMAIL, &password).await.expect(200);
}

/// The limit of the contract counts requests to all of these operations together, from one address.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_five_requests_in_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let access = sign_up(&app, EMAIL).await;
    let ip = "198.51.100.1";
    for _ in 0..2 {
        let _ = forgot(&app, EMAIL).from_ip(ip).send().await.expect(200);
        let _ = change(&app, &access, "wrong", SECOND)
            .from_ip(ip)
            .send()
            .await
            .expect(400);
    }
    let _ = reset(&app, "x", SECOND).from_ip(ip).send().await.expect(400);
    for request in [
        forgot(&app, EMAIL),
        change(&app, &access, PASSWORD, SECOND),
        reset(&app, "x", SECOND),
        login_request(&app, EMAIL, PASSWORD),
    ] {
        let answer = request.from_ip(ip).send().await.expect(429);
        assert!(answer.header("retry-after").is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operations_cost() {
    let app = start_with(&LIMITED).await;
    let access = sign_up(&app, EMAIL).await;
    // The limit of this contract, the session, the password, and the commit.
    assert_eq!(
        change(&app, &access, PASSWORD, SECOND)
            .send()
            .await
            .expect(200)
            .usage
            .dynamodb,
        4
    );
}
