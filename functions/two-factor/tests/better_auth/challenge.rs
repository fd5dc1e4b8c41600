//! A sign-in that waits for its second factor: what it opens, and how it ends.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{User, UserStatus};
use shared::store::Changes;
use shared::testkit::TestApp;

use super::support::*;

/// Whatever takes a session, in every contract.
const PROTECTED: [(&str, &str); 16] = [
    ("GET", "/api/auth/list-sessions"),
    ("POST", "/api/auth/revoke-session"),
    ("POST", "/api/auth/revoke-sessions"),
    ("POST", "/api/auth/revoke-other-sessions"),
    ("POST", "/api/auth/update-user"),
    ("POST", "/api/auth/change-email"),
    ("POST", "/api/auth/change-password"),
    ("POST", "/api/auth/delete-user"),
    ("POST", ENABLE),
    ("POST", DISABLE),
    ("POST", GET_URI),
    ("POST", GENERATE),
    ("POST", "/api/auth/organization/create"),
    ("POST", "/api/auth/organization/invite-member"),
    ("GET", "/auth/me"),
    ("POST", "/auth/change-team"),
];

/// A body with all that any of them asks for, so that nothing but the token stands in the way.
fn everything() -> Value {
    json!({
        "token": "x", "password": PASSWORD, "currentPassword": PASSWORD, "newPassword": "a river under the ice",
        "newEmail": "eve@example.com", "name": "Eve", "slug": "eve", "email": "eve@example.com", "role": "member",
        "teamId": 1, "organizationId": "x", "revokeOtherSessions": true,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_opens_the_verification_and_nothing_else() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let (by_teams, refresh_token) = teams_sign_in(&app).await;
    let by_cookie = challenge(&app, EMAIL).await;
    let before = session_of(&app, &ada.token).await;
    for pending in [&by_teams, &by_cookie] {
        for (method, path) in PROTECTED {
            let request = || {
                let request = app.request(method, path);
                if method == "GET" {
                    request
                } else {
                    request.json(&everything())
                }
            };
            for request in [request().bearer(pending), request().cookie(pending)] {
                assert_eq!(request.send().await.status, 401, "{method} {path}");
            }
        }
        let as_challenge = |path: &str| {
            let cookie = format!("{CHALLENGE_COOKIE}={pending}");
            app.get(path).header("cookie", &cookie).header("origin", ORIGIN).send()
        };
        assert_eq!(as_challenge("/api/auth/get-session").await.json(), Value::Null);
        let _ = as_challenge("/api/auth/list-sessions").await.expect(401);
        assert!(!is_live(&app, pending).await);
        let _ = refresh(&app, pending).await.expect(401);
        // Signing out ends nothing, because no session exists.
        let _ = app
            .post("/api/auth/sign-out")
            .bearer(pending)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
    }
    assert_eq!(session_of(&app, &ada.token).await, before);
    let code = json!({"code": ada.phone.code(&app)});
    let _ = app
        .post(VERIFY_TOTP)
        .bearer(&by_teams)
        .json(&code)
        .send()
        .await
        .expect(200);
    let _ = refresh(&app, &refresh_token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_sign_in_is_not_listed_as_a_session() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let listed = app
        .get("/api/auth/list-sessions")
        .cookie(&ada.token)
        .send()
        .await
        .expect(200);
    assert_eq!(listed.json().as_array().map(Vec::len), Some(1), "{}", listed.text());
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    let listed = app
        .get("/api/auth/list-sessions")
        .cookie(&ada.token)
        .send()
        .await
        .expect(200);
    assert_eq!(listed.json().as_array().map(Vec::len), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_works_once() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    next_step(&app);
    let again = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
    assert_refused(&again, 401, "INVALID_TWO_FACTOR_COOKIE");
    for (path, code) in [(VERIFY_BACKUP, ada.backup_codes[0].as_str()), (SEND_OTP, "")] {
        let again = show(&app, path, &pending, code).send().await;
        assert_refused(&again, 401, "INVALID_TWO_FACTOR_COOKIE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_takes_as_long_as_is_set_and_no_longer() {
    let app = start_with(&[("SECOND_FACTOR_LIFETIME_SECONDS", "120")]).await;
    let ada = enroll(&app, EMAIL).await;
    let asked = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert!(cookie_line(&asked, CHALLENGE_COOKIE).is_some_and(|line| line.contains("Max-Age=120")));
    let late = cookie_of(&asked, CHALLENGE_COOKIE).expect("a challenge");
    let in_time = challenge(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_secs(119));
    let _ = show(&app, VERIFY_TOTP, &in_time, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    let answer = show(&app, VERIFY_BACKUP, &late, &ada.backup_codes[0]).send().await;
    assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
}

async fn reset_password(app: &TestApp, password: &str) {
    let ask = json!({"email": EMAIL});
    let _ = app
        .post("/api/auth/request-password-reset")
        .json(&ask)
        .send()
        .await
        .expect(200);
    let body = json!({"newPassword": password, "token": app.mailed_token("reset-password")});
    let _ = app
        .post("/api/auth/reset-password")
        .json(&body)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_ends_with_a_ban() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let ban = |user: &mut User| {
        user.status = UserStatus::Banned {
            reason: "spam".to_owned(),
            until: Some(app.clock.now() + SignedDuration::from_hours(1)),
            former: Box::new(UserStatus::Active),
        };
    };
    app.change_user(&ada.token, ban).await;
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
    assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_ends_when_all_sessions_do() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let (pending, refresh_token) = teams_sign_in(&app).await;
    let _ = app
        .post("/api/auth/revoke-sessions")
        .cookie(&ada.token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let code = json!({"code": ada.phone.code(&app)});
    let answer = app.post(VERIFY_TOTP).bearer(&pending).json(&code).send().await;
    assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
    let _ = refresh(&app, &refresh_token).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_password_ends_the_challenge_and_leaves_the_second_factor() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    verify_email(&app).await;
    let pending = challenge(&app, EMAIL).await;
    let new = "a river under the ice";
    reset_password(&app, new).await;
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
    assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
    let asked = sign_in(&app, EMAIL, new).send().await.expect(200);
    assert_eq!(asked.json()["twoFactorRedirect"], true);
    let pending = cookie_of(&asked, CHALLENGE_COOKIE).expect("a challenge");
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

/// A header is set on purpose; a cookie comes along.
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_in_the_header_is_meant_before_any_cookie() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let grace = sign_up(&app, OTHER).await;
    let (pending, _) = teams_sign_in(&app).await;
    let code = json!({"code": ada.phone.code(&app)});
    let answer = app
        .post(VERIFY_TOTP)
        .cookie(&grace)
        .bearer(&pending)
        .json(&code)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
    let dead = app
        .post(VERIFY_TOTP)
        .cookie(&grace)
        .bearer(&pending)
        .json(&code)
        .send()
        .await;
    assert_refused(&dead, 401, "INVALID_TWO_FACTOR_COOKIE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_is_over_does_not_stand_between_the_factors() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let mut user = app.caller(&ada.token).await.user;
    user.status = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: Some(app.clock.now()),
        former: Box::new(UserStatus::Active),
    };
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
    next_step(&app);
    let pending = challenge(&app, EMAIL).await;
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
    assert_eq!(answer.expect(200).json()["user"]["banned"], false);
}

/// An attacker could plant it in a browser, whose user would complete the attacker's sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_of_teams_counts_in_the_header_alone() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let (pending, refresh_token) = teams_sign_in(&app).await;
    let code = ada.phone.code(&app);
    for (path, code) in [
        (VERIFY_TOTP, code.as_str()),
        (VERIFY_BACKUP, ada.backup_codes[0].as_str()),
        (SEND_OTP, ""),
        (VERIFY_OTP, "123456"),
    ] {
        let answer = show(&app, path, &pending, code).send().await;
        assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
    }
    let answer = app.post(VERIFY_TOTP).bearer(&pending).json(&json!({ "code": code }));
    let _ = answer.send().await.expect(200);
    let _ = refresh(&app, &refresh_token).await.expect(200);
}
