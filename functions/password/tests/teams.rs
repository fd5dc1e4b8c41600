//! The `teams` contract on the wire: a forgotten password, from the mail to the new one.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::domain::one_time::ResetPassword;
use shared::domain::{OneTimeToken, UserStatus};
use shared::store::Changes;
use shared::testkit::teams::{assert_error, sign_in, sign_up};
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest};

use crate::{SECOND, start, start_with};

const EMAIL: &str = "ada@example.com";
const OTHER: &str = "grace@example.com";
const FORGOT: &str = "/auth/forgot-password";
const VALIDATE: &str = "/auth/validate-restore-token";
const RESTORE: &str = "/auth/restore-password";

fn forgot<'a>(app: &'a TestApp, email: &str) -> TestRequest<'a> {
    app.post(FORGOT).json(&json!({"email": email}))
}

async fn mailed_token(app: &TestApp, email: &str) -> String {
    let _ = forgot(app, email).send().await.expect(200);
    app.mailed_token("reset-password")
}

fn validate<'a>(app: &'a TestApp, token: &str) -> TestRequest<'a> {
    app.post(VALIDATE).json(&json!({"token": token}))
}

fn restore<'a>(app: &'a TestApp, token: &str, password: &str) -> TestRequest<'a> {
    app.post(RESTORE)
        .json(&json!({"token": token, "newPassword": password}))
}

fn assert_invalid(answer: &Answer) {
    assert_error(answer, 400, "Invalid or expired token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_way_of_a_mail() {
    let app = start().await;
    let before = sign_up(&app, EMAIL).await;
    let answer = forgot(&app, EMAIL).send().await.expect(200);
    assert_eq!(
        answer.json(),
        json!({
            "message": "Password restoration email send",
            "description": "Check your email for further instructions on how to change your password.",
        })
    );
    assert_eq!(app.last_mail("reset-password").to, [EMAIL]);
    let token = app.mailed_token("reset-password");
    for _ in 0..2 {
        assert_eq!(validate(&app, &token).send().await.expect(200).json(), json!(true));
    }
    let answer = restore(&app, &token, SECOND).send().await.expect(200);
    assert_eq!(
        answer.json(),
        json!({
            "message": "Password restored successfully",
            "description": "Your password has been changed successfully.",
        })
    );
    let _ = sign_in(&app, EMAIL, SECOND).await.expect(200);
    let _ = sign_in(&app, EMAIL, PASSWORD).await.expect(400);
    assert_eq!(app.last_mail("password-changed").to, [EMAIL]);
    // Every refresh token of the user is revoked.
    let refresh = json!({"refreshToken": before["refreshToken"]});
    let _ = app.post("/auth/refresh-token").json(&refresh).send().await.expect(401);
    let access = before["accessToken"].as_str().expect("a token");
    let answer = app.get("/api/auth/get-session").bearer(access).send().await.expect(200);
    assert_eq!(answer.json(), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_answered_as_documented() {
    let app = start().await;
    let answer = forgot(&app, EMAIL).send().await;
    assert_error(&answer, 400, "User is not registered");
    assert!(app.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_or_no_longer_one_is_refused() {
    let app = start().await;
    sign_up(&app, OTHER).await;
    sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let superseded = mailed_token(&app, EMAIL).await;
    let spent = mailed_token(&app, EMAIL).await;
    let mut moved = OneTimeToken::<ResetPassword>::parse(&spent).expect("a token");
    moved.user_id = {
        let others = mailed_token(&app, OTHER).await;
        OneTimeToken::<ResetPassword>::parse(&others).expect("a token").user_id
    };
    assert_invalid(&validate(&app, &superseded).send().await);
    let _ = restore(&app, &spent, SECOND).send().await.expect(200);
    let late = mailed_token(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_hours(1));
    for wrong in [
        &verification,
        &superseded,
        &spent,
        &moved.to_string(),
        &late,
        &late[..30],
        "valid_restore_token",
        "💥",
    ] {
        assert_invalid(&validate(&app, wrong).send().await);
        assert_invalid(&restore(&app, wrong, PASSWORD).send().await);
    }
    let _ = sign_in(&app, EMAIL, SECOND).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_cannot_restore() {
    let app = start().await;
    let tokens = sign_up(&app, EMAIL).await;
    let token = mailed_token(&app, EMAIL).await;
    let mut user = app.caller(tokens["accessToken"].as_str().expect("a token")).await.user;
    user.status = UserStatus::Suspended;
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
    assert_invalid(&restore(&app, &token, SECOND).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_may_not_be_chosen_leaves_the_token_as_it_is() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = mailed_token(&app, EMAIL).await;
    for (password, problem) in [
        ("short 7", "must have at least 8 characters"),
        (&"x".repeat(1025), "must have at most 1024 characters"),
        ("iloveyou1", "is too common"),
        (EMAIL, "is too easy to guess"),
        ("ostiary2026!", "is too easy to guess"),
    ] {
        let answer = restore(&app, &token, password).send().await;
        assert_error(&answer, 400, &format!("Validation failed: password {problem}"));
    }
    let _ = restore(&app, &token, SECOND).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_needed_and_of_their_types() {
    let app = start().await;
    for (path, body, message) in [
        (FORGOT, json!({}), "Validation failed: email is missing"),
        (
            FORGOT,
            json!({"email": "ada"}),
            "Validation failed: email must be an email address",
        ),
        (
            VALIDATE,
            json!({"token": 1}),
            "Validation failed: token must be of type string",
        ),
        (
            VALIDATE,
            json!({"token": ""}),
            "Validation failed: token must have at least 1 characters",
        ),
        (
            RESTORE,
            json!({"newPassword": null}),
            "Validation failed: newPassword must be of type string; token is missing",
        ),
    ] {
        assert_error(&app.post(path).json(&body).send().await, 400, message);
    }
    for path in [FORGOT, VALIDATE, RESTORE] {
        let answer = app.post(path).body("application/json", "{").send().await;
        assert_error(&answer, 400, "Request body is not valid JSON");
        let answer = app.post(path).form(&[("email", EMAIL)]).send().await;
        assert_error(&answer, 400, "Content-Type must be application/json");
        let large = json!({"email": EMAIL, "token": "x".repeat(100_000)});
        let answer = app.post(path).json(&large).undocumented().send().await;
        assert_error(&answer, 413, "Request body is too large");
        let answer = app.get(path).undocumented().send().await;
        assert_error(&answer, 404, &format!("Cannot GET {path}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_do_each_five_times_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    sign_up(&app, EMAIL).await;
    let older = mailed_token(&app, EMAIL).await;
    let token = mailed_token(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_mins(1));
    for at in 0..5 {
        let _ = forgot(&app, &format!("{at}@example.com")).send().await;
        // A token that is accepted is no attempt.
        let _ = validate(&app, &token).send().await.expect(200);
        assert_invalid(&validate(&app, &older).send().await);
        let _ = restore(&app, &token, "short").send().await.expect(400);
    }
    for answer in [forgot(&app, OTHER).send().await, validate(&app, &token).send().await] {
        assert_error(&answer, 429, "Too many requests");
        assert_eq!(answer.header("retry-after"), Some("60"));
    }
    let _ = restore(&app, &token, SECOND).send().await.expect(200);
    for _ in 0..5 {
        let _ = restore(&app, &token, PASSWORD).send().await.expect(400);
    }
    assert_error(&restore(&app, &token, PASSWORD).send().await, 429, "Too many requests");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_nothing_happens_and_later_everything_can() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let token = mailed_token(&app, EMAIL).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    for request in [
        forgot(&app, EMAIL),
        validate(&app, &token),
        restore(&app, &token, SECOND),
    ] {
        let answer = request.send().await;
        assert_error(&answer, 503, "Service unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    let _ = sign_in(&app, EMAIL, PASSWORD).await.expect(200);
    let _ = restore(&app, &token, SECOND).send().await.expect(200);
}
