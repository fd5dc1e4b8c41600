//! `POST /auth/change-password`: the own password, with the current one.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::testkit::accounts::{assert_error, data, login, refresh};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{PASSWORD, TestApp, TestRequest, better_auth, teams, text};

use super::{EMAIL, STRONG, WEAK, assert_weak, post};
use crate::{start, start_with};

async fn start_with_ada() -> (TestApp, Value) {
    let app = start().await;
    let session = sign_up(&app).await;
    (app, session)
}

/// The data of a login.
async fn sign_up(app: &TestApp) -> Value {
    teams::sign_up(app, EMAIL).await;
    let now = app.clock.now();
    app.change_user_of(EMAIL, |user| user.email_verified_at = Some(now))
        .await;
    data(&login(app, EMAIL, PASSWORD).await)
}

fn change_password<'a>(app: &'a TestApp, session: &Value, current: &str, new: &str) -> TestRequest<'a> {
    let body = json!({"currentPassword": current, "newPassword": new});
    post(app, "change-password", &body).bearer(&text(&session["accessToken"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_sessions_end_and_the_own_one_stays() {
    let (app, session) = start_with_ada().await;
    let other = data(&login(&app, EMAIL, PASSWORD).await);
    let answer = change_password(&app, &session, PASSWORD, STRONG).send().await;
    assert!(answer.cookies().is_empty());
    // The session of the sign-up, and the second login.
    assert_eq!(
        data(&answer),
        json!({"changedAt": "2026-01-31T12:00:00Z", "revokedSessions": 2})
    );
    assert!(better_auth::is_live(&app, &text(&session["accessToken"])).await);
    assert!(!better_auth::is_live(&app, &text(&other["accessToken"])).await);
    let _ = refresh(&app, &other["refreshToken"]).await.expect(401);
    let own = data(&refresh(&app, &session["refreshToken"]).await);
    let _ = login(&app, EMAIL, PASSWORD).await.expect(401);
    assert_eq!(app.count_mails("password-changed"), 1);
    let answer = change_password(&app, &own, STRONG, "Eight bridges, 2 rivers")
        .send()
        .await;
    assert_eq!(data(&answer)["revokedSessions"], 0);
    let _ = login(&app, EMAIL, "Eight bridges, 2 rivers").await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_becomes_a_known_device_and_no_other_one_stays_known() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let session = sign_up(&app).await;
    let old = login(&app, EMAIL, PASSWORD).await.expect(200);
    let old = old.header("x-device-token").expect("a token").to_owned();
    let answer = change_password(&app, &session, PASSWORD, STRONG)
        .send()
        .await
        .expect(200);
    let device = answer.header("x-device-token").expect("a token").to_owned();
    assert!(answer.device_cookie().is_some_and(|cookie| cookie.contains(&device)));
    let attempt = |password: &str, ip: &str| {
        let body = json!({"email": EMAIL, "password": password});
        app.post("/accounts/v1/auth/login").json(&body).from_ip(ip)
    };
    for number in 0..7 {
        let _ = attempt("wrong", &format!("198.51.100.{number}"))
            .send()
            .await
            .expect(401);
    }
    let with_old = attempt(STRONG, "203.0.113.1").header("x-device-token", &old);
    let _ = with_old.send().await.expect(429);
    let with_new = attempt(STRONG, "203.0.113.1").header("x-device-token", &device);
    let _ = with_new.send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_forbidden_and_counted() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let session = sign_up(&app).await;
    for _ in 0..5 {
        let answer = change_password(&app, &session, "not the password", STRONG).send().await;
        assert_error(&answer, 403, "INVALID_CREDENTIALS", "The current password is wrong");
    }
    let _ = change_password(&app, &session, PASSWORD, STRONG)
        .send()
        .await
        .expect(429);
    assert!(better_auth::is_live(&app, &text(&session["accessToken"])).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_is_named() {
    let (app, session) = start_with_ada().await;
    for (password, message) in WEAK {
        let answer = change_password(&app, &session, PASSWORD, password).send().await;
        assert_weak(&answer, "newPassword", message);
    }
    let answer = post(&app, "change-password", &json!({"currentPassword": ""}))
        .bearer(&text(&session["accessToken"]))
        .send()
        .await
        .expect(400);
    assert_eq!(answer.json()["data"]["errors"].as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_needs_a_live_session() {
    let (app, session) = start_with_ada().await;
    let body = json!({"currentPassword": PASSWORD, "newPassword": STRONG});
    let answer = post(&app, "change-password", &body).send().await;
    assert_error(&answer, 401, "UNAUTHENTICATED", "Authentication is required");
    let refreshing = json!({"accessToken": session["refreshToken"]});
    let answer = change_password(&app, &refreshing, PASSWORD, STRONG).send().await;
    assert_error(&answer, 401, "UNAUTHENTICATED", "Authentication is required");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_wins() {
    let (app, session) = start_with_ada().await;
    let app = Arc::new(app);
    let outcome = exactly_one_wins(&app, 200, &[403], move |app, number| {
        change_password(app, &session, PASSWORD, &format!("Seven bridges, {number} rivers"))
    })
    .await;
    let password = format!("Seven bridges, {} rivers", outcome.winner);
    let _ = login(&app, EMAIL, &password).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_four_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let session = sign_up(&app).await;
    let answer = change_password(&app, &session, PASSWORD, STRONG)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.usage.dynamodb, 4);
}
