//! A user who follows a reset signs in, however many guesses an attacker makes at the same time; and a session in which
//! the password is asked for again has its own attempts.

use serde_json::json;
use shared::testkit::{Answer, PASSWORD, TestApp};

use super::{CHANGE, EMAIL, RESET, SECOND, reset_token, sign_up, start_with};

const WRONG: &str = "not the password";
const HEADER: &str = "x-device-token";

async fn limited() -> TestApp {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    sign_up(&app, EMAIL).await;
    app
}

/// Failures from many addresses, until the name is refused.
async fn attack(app: &TestApp) {
    for number in 0..30 {
        let request = sign_in(app, WRONG, None).from_ip(&format!("198.51.100.{number}"));
        let _ = request.send().await;
    }
    let _ = sign_in(app, SECOND, None)
        .from_ip("203.0.113.7")
        .send()
        .await
        .expect(429);
}

fn sign_in<'a>(app: &'a TestApp, password: &str, device: Option<&str>) -> shared::testkit::TestRequest<'a> {
    let body = json!({"email": EMAIL, "password": password});
    let request = app.post("/api/auth/sign-in/email").json(&body).from_ip("203.0.113.1");
    match device {
        Some(device) => request.header(HEADER, device),
        None => request,
    }
}

fn device_of(answer: &Answer) -> String {
    let device = answer.header(HEADER).expect("a token").to_owned();
    let cookie = answer.device_cookie().expect("a cookie");
    assert!(cookie.starts_with(&format!("ostiary.device={device};")), "{cookie}");
    device
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_resets_the_password_signs_in_during_an_attack() {
    let app = limited().await;
    for path in [RESET, "/auth/restore-password", "/link/reset-password"] {
        attack(&app).await;
        let token = reset_token(&app, EMAIL).await;
        let request = app.post(path).from_ip("203.0.113.1");
        let answer = if path.starts_with("/link") {
            let fields = [("token", token.as_str()), ("newPassword", SECOND)];
            request.header("origin", "null").form(&fields)
        } else {
            request.json(&json!({"newPassword": SECOND, "token": token}))
        };
        let answer = answer.send().await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        let device = device_of(&answer);
        attack(&app).await;
        let _ = sign_in(&app, SECOND, None).send().await.expect(429);
        let _ = sign_in(&app, SECOND, Some(&device)).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_forgives_attempts_and_forgets_other_devices() {
    let app = limited().await;
    let stolen = device_of(&sign_in(&app, PASSWORD, None).send().await.expect(200));
    attack(&app).await;
    let token = reset_token(&app, EMAIL).await;
    let body = json!({"newPassword": SECOND, "token": token});
    let _ = app.post(RESET).json(&body).send().await.expect(200);
    let _ = sign_in(&app, SECOND, None).send().await.expect(200);
    attack(&app).await;
    let _ = sign_in(&app, SECOND, Some(&stolen)).send().await.expect(429);
}

/// The devices that knew the old password may be an attacker's; the one that changes it gets a new token.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_password_forgets_all_devices_but_the_one_that_changes_it() {
    for revoke in [true, false] {
        let app = limited().await;
        let stolen = device_of(&sign_in(&app, PASSWORD, None).send().await.expect(200));
        let signed_in = sign_in(&app, PASSWORD, None).send().await.expect(200);
        let own = device_of(&signed_in);
        let body = json!({"currentPassword": PASSWORD, "newPassword": SECOND, "revokeOtherSessions": revoke});
        let token = shared::testkit::better_auth::token_of(&signed_in);
        let changed = app.post(CHANGE).bearer(&token).json(&body).send().await.expect(200);
        let device = device_of(&changed);
        attack(&app).await;
        for old in [&stolen, &own] {
            let _ = sign_in(&app, SECOND, Some(old)).send().await.expect(429);
        }
        let _ = sign_in(&app, SECOND, Some(&device)).send().await.expect(200);
    }
}

/// A form of another site would replace the token of its visitor by that of the attacker's account.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_that_another_site_causes_sets_no_token() {
    let app = limited().await;
    for (number, path) in [RESET, "/auth/restore-password", "/link/reset-password"]
        .into_iter()
        .enumerate()
    {
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            app.clock.advance(jiff::SignedDuration::from_mins(15));
            let token = reset_token(&app, EMAIL).await;
            let password = format!("{SECOND} {number} {name}");
            let request = app.post(path).from_ip("203.0.113.1").header(name, value);
            let answer = if path.starts_with("/link") {
                request.form(&[("token", token.as_str()), ("newPassword", &password)])
            } else {
                request.json(&json!({"newPassword": password, "token": token}))
            };
            let answer = answer.send().await;
            assert!(answer.status.is_success(), "{path}: {}", answer.text());
            assert!(answer.device_cookie().is_none(), "{path} {name}");
            assert_eq!(answer.header(HEADER), None, "{path} {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_proves_the_password_while_the_name_is_refused() {
    let app = limited().await;
    let signed_in = sign_in(&app, PASSWORD, None).send().await.expect(200);
    let token = shared::testkit::better_auth::token_of(&signed_in);
    attack(&app).await;
    let body = json!({"currentPassword": PASSWORD, "newPassword": SECOND});
    let _ = app.post(CHANGE).bearer(&token).json(&body).send().await.expect(200);
}
