//! `POST /auth/forgot-password` and `POST /auth/reset-password`: from the mail to the new password.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::one_time::ResetPassword;
use shared::domain::{OneTimeToken, UserId};
use shared::testkit::accounts::{assert_error, data, login};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest, better_auth, teams, text};

use super::{EMAIL, STRONG, WEAK, assert_weak, post};
use crate::{start, start_with};

const FORGOT: &str = "forgot-password";
const RESET: &str = "reset-password";

async fn start_with_ada() -> TestApp {
    let app = start().await;
    teams::sign_up(&app, EMAIL).await;
    verify(&app).await;
    app
}

async fn verify(app: &TestApp) {
    let now = app.clock.now();
    app.change_user_of(EMAIL, |user| user.email_verified_at = Some(now))
        .await;
}

fn forgot<'a>(app: &'a TestApp, email: &str) -> TestRequest<'a> {
    post(app, FORGOT, &json!({"email": email}))
}

fn reset<'a>(app: &'a TestApp, token: &str, password: &str) -> TestRequest<'a> {
    post(app, RESET, &json!({"token": token, "newPassword": password}))
}

async fn mailed_token(app: &TestApp) -> String {
    let _ = forgot(app, EMAIL).send().await.expect(200);
    app.mailed_token("reset-password")
}

fn assert_used(answer: &Answer) {
    assert_error(answer, 409, "ALREADY_USED", "The token was used before");
}

fn assert_unknown(answer: &Answer) {
    assert_error(answer, 400, "INVALID_TOKEN", "The token is not valid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_and_every_session_ends() {
    let app = start_with_ada().await;
    let older = data(&login(&app, EMAIL, PASSWORD).await);
    let _ = better_auth::sign_in(&app, EMAIL).await;
    let answer = forgot(&app, "ADA@example.com").send().await;
    assert_eq!(data(&answer), json!({"email": EMAIL, "linkExpiresIn": 3600}));
    assert_eq!(app.last_mail("reset-password").to, [EMAIL]);
    let token = app.mailed_token("reset-password");
    let answer = reset(&app, &token, STRONG).send().await;
    assert!(answer.device_cookie().is_some() && answer.cookies().is_empty());
    // The session of the sign-up, and the two sign-ins.
    assert_eq!(data(&answer), json!({"email": EMAIL, "revokedSessions": 3}));
    let _ = login(&app, EMAIL, PASSWORD).await.expect(401);
    let body = json!({"refreshToken": older["refreshToken"]});
    let _ = post(&app, "refresh-token", &body).send().await.expect(401);
    assert!(!better_auth::is_live(&app, &text(&older["accessToken"])).await);
    let _ = login(&app, EMAIL, STRONG).await.expect(200);
    assert_eq!(app.count_mails("password-changed"), 1);
    // One that is over is not counted.
    app.clock.advance(SignedDuration::from_hours(25));
    let token = mailed_token(&app).await;
    let answer = reset(&app, &token, "Eight bridges, 2 rivers").send().await;
    assert_eq!(data(&answer)["revokedSessions"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer_by_the_same_calls_and_no_mail() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    teams::sign_up(&app, EMAIL).await;
    let known = forgot(&app, EMAIL).send().await;
    let unknown = forgot(&app, "eve@example.com").send().await;
    assert_eq!(
        data(&unknown),
        json!({"email": "eve@example.com", "linkExpiresIn": 3600})
    );
    assert_eq!((known.usage.dynamodb, unknown.usage.dynamodb), (4, 4));
    let headers = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(headers(&known), headers(&unknown));
    assert_eq!(
        (known.body.len(), app.count_mails("reset-password")),
        (unknown.body.len(), 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_an_expired_and_an_unknown_token_have_answers_of_their_own() {
    let app = start_with_ada().await;
    let superseded = mailed_token(&app).await;
    let token = mailed_token(&app).await;
    let _ = reset(&app, &token, STRONG).send().await.expect(200);
    assert_used(&reset(&app, &token, "Eight bridges, 2 rivers").send().await);
    // A used token stays so when its time is over, and other contracts answer as before.
    app.clock.advance(SignedDuration::from_hours(2));
    assert_used(&reset(&app, &token, "Eight bridges, 2 rivers").send().await);
    let body = json!({"token": token, "newPassword": STRONG});
    let _ = app.post("/auth/restore-password").json(&body).send().await.expect(400);
    let _ = app
        .post("/api/auth/reset-password")
        .json(&body)
        .send()
        .await
        .expect(400);

    let expired = mailed_token(&app).await;
    app.clock.advance(SignedDuration::from_hours(1));
    let answer = reset(&app, &expired, STRONG).send().await;
    assert_error(&answer, 410, "TOKEN_EXPIRED", "The token has expired");

    let mut other = OneTimeToken::<ResetPassword>::parse(&expired).expect("a token");
    other.user_id = UserId::from_bytes([9; 16]);
    let _ = login(&app, EMAIL, STRONG).await.expect(200);
    let session = data(&login(&app, EMAIL, STRONG).await)["refreshToken"].clone();
    for wrong in [
        &superseded,
        &other.to_string(),
        &text(&session),
        "eyJhbGciOi.x.y",
        &expired[..30],
        "💥",
    ] {
        assert_unknown(&reset(&app, wrong, STRONG).send().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_is_named_and_leaves_the_token_as_it_is() {
    let app = start_with_ada().await;
    let token = mailed_token(&app).await;
    for (password, message) in WEAK {
        assert_weak(&reset(&app, &token, password).send().await, "newPassword", message);
    }
    let _ = reset(&app, &token, STRONG).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_required_and_of_their_types() {
    let app = start().await;
    for (operation, body, fields) in [
        (FORGOT, json!({}), vec!["email"]),
        (FORGOT, json!({"email": "ada"}), vec!["email"]),
        (
            RESET,
            json!({"token": "", "newPassword": 1}),
            vec!["token", "newPassword"],
        ),
        (
            RESET,
            json!({"token": "x".repeat(1001), "newPassword": STRONG}),
            vec!["token"],
        ),
        ("set-password", json!({}), vec!["email", "password", "token"]),
    ] {
        let answer = post(&app, operation, &body).send().await.expect(400);
        let errors = answer.json()["data"]["errors"].clone();
        let named: Vec<&Value> = errors
            .as_array()
            .expect("a list")
            .iter()
            .map(|error| &error["field"])
            .collect();
        assert_eq!(named, fields, "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_resets_at_once_one_wins() {
    let app = Arc::new(start_with_ada().await);
    let token = mailed_token(&app).await;
    let outcome = exactly_one_wins(&app, 200, &[409], move |app, number| {
        reset(app, &token, &format!("Seven bridges, {number} rivers"))
    })
    .await;
    outcome.losers().for_each(assert_used);
    let password = format!("Seven bridges, {} rivers", outcome.winner);
    let _ = login(&app, EMAIL, &password).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_nothing_happens_and_later_everything_can() {
    let app = start_with_ada().await;
    let token = mailed_token(&app).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    for request in [forgot(&app, EMAIL), reset(&app, &token, STRONG)] {
        let answer = request.send().await;
        assert_error(&answer, 503, "SERVICE_UNAVAILABLE", "Service unavailable");
    }
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    let _ = reset(&app, &token, STRONG).send().await.expect(200);
}
