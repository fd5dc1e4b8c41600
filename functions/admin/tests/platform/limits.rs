//! Brute force: failures count for the client's address and for the address that is attacked, as those of users do.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::RateLimit;
use shared::testkit::platform::{admin_login_request, create_admin};
use shared::testkit::{PASSWORD, TestApp, race};

use super::{ROOT, start_with};

const WRONG: &str = "not the password";

/// Requests of one client are not limited, so that the limits of failures show.
async fn start_limited() -> TestApp {
    let app = start_with(&[("RATE_LIMITS", "on"), ("LIMIT_PLATFORM_AUTHENTICATION", "1000/60")]).await;
    create_admin(&app, ROOT).await;
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_makes_five_requests_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    create_admin(&app, ROOT).await;
    for path in [
        "/v1/admin/login",
        "/v1/admin/password/reset-request",
        "/v1/admin/password/reset-confirm",
    ] {
        let body = json!({"email": ROOT, "password": PASSWORD, "token": "x", "newPassword": PASSWORD, "confirmPassword": PASSWORD});
        app.clock.advance(SignedDuration::from_mins(1));
        for _ in 0..5 {
            let answer = app.post(path).json(&body).send().await;
            assert_ne!(answer.status, 429, "{path}");
        }
        let answer = app.post(path).json(&body).send().await.expect(429);
        assert!(answer.header("retry-after").is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_takes_seven_attempts_wherever_they_come_from() {
    let app = Arc::new(start_limited().await);
    let answers = race::race(&app, |number, app| async move {
        let ip = format!("198.51.100.{number}");
        admin_login_request(&app, ROOT, WRONG).from_ip(&ip).send().await
    })
    .await;
    assert_eq!(race::count(&answers, 401), RateLimit::ACCOUNT.max as usize);
    assert_eq!(
        race::count(&answers, 429),
        answers.len() - RateLimit::ACCOUNT.max as usize
    );
    let right = || admin_login_request(&app, ROOT, PASSWORD).from_ip("203.0.113.1");
    let _ = right().send().await.expect(429);
    app.clock.advance(SignedDuration::from_mins(5));
    let _ = right().send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_is_not_kept_out() {
    let app = start_limited().await;
    let answer = admin_login_request(&app, ROOT, PASSWORD).send().await.expect(200);
    let device = answer.header("x-device-token").expect("a token").to_owned();
    for number in 0..7 {
        let ip = format!("198.51.100.{number}");
        let _ = admin_login_request(&app, ROOT, WRONG)
            .from_ip(&ip)
            .send()
            .await
            .expect(401);
    }
    let _ = admin_login_request(&app, ROOT, PASSWORD)
        .from_ip("203.0.113.1")
        .send()
        .await
        .expect(429);
    let known = admin_login_request(&app, ROOT, PASSWORD)
        .from_ip("203.0.113.1")
        .header("x-device-token", &device);
    let _ = known.send().await.expect(200);
}

/// The cap of consecutive failures, over all time, ends with a reset by mail.
#[tokio::test(flavor = "multi_thread")]
async fn too_many_failures_in_a_row_lock_the_password() {
    let app = start_with(&[
        ("RATE_LIMITS", "on"),
        ("LIMIT_PLATFORM_AUTHENTICATION", "1000/60"),
        ("CONSECUTIVE_FAILURES", "5"),
    ])
    .await;
    create_admin(&app, ROOT).await;
    for number in 0..5 {
        let ip = format!("198.51.100.{number}");
        let _ = admin_login_request(&app, ROOT, WRONG)
            .from_ip(&ip)
            .send()
            .await
            .expect(401);
    }
    app.clock.advance(SignedDuration::from_mins(30));
    let _ = admin_login_request(&app, ROOT, PASSWORD).send().await.expect(429);
    let token = app.mailed_token("password-locked");
    let body = json!({"token": token, "newPassword": super::NEW_PASSWORD, "confirmPassword": super::NEW_PASSWORD});
    let _ = app
        .post("/v1/admin/password/reset-confirm")
        .json(&body)
        .send()
        .await
        .expect(200);
    let _ = admin_login_request(&app, ROOT, super::NEW_PASSWORD)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_attempts_at_a_user_are_no_attempts_at_the_administrator() {
    let app = start_limited().await;
    for number in 0..7 {
        let body = json!({"email": ROOT, "password": WRONG});
        let request = app.post("/api/auth/sign-in/email").json(&body);
        let _ = request
            .from_ip(&format!("198.51.100.{number}"))
            .send()
            .await
            .expect(401);
    }
    let _ = admin_login_request(&app, ROOT, PASSWORD).send().await.expect(200);
}
