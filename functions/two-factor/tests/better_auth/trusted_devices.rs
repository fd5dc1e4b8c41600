//! `trustDevice`: a browser in which the second factor was shown is spared it, as long as nothing speaks against it.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::session::AuthenticationMethod;
use shared::testkit::{Answer, TestApp};

use super::support::*;

/// The cookie of a browser that Ada trusts.
async fn trust(app: &TestApp, ada: &Enrolled) -> String {
    let pending = challenge(app, EMAIL).await;
    let body = json!({"code": ada.phone.code(app), "trustDevice": true});
    let answer = with_challenge(app, VERIFY_TOTP, &pending)
        .json(&body)
        .send()
        .await
        .expect(200);
    next_step(app);
    cookie_of(&answer, TRUST_COOKIE).expect("a trusted browser")
}

async fn sign_in_from(app: &TestApp, browser: &str, email: &str, password: &str) -> Answer {
    let cookie = format!("{TRUST_COOKIE}={browser}");
    sign_in(app, email, password)
        .header("cookie", &cookie)
        .header("origin", ORIGIN)
        .send()
        .await
}

/// Whether the browser is spared; the cookie that it has then.
async fn spared(app: &TestApp, browser: &str) -> Option<String> {
    let answer = sign_in_from(app, browser, EMAIL, PASSWORD).await.expect(200);
    if answer.json()["twoFactorRedirect"] == true {
        assert!(clears(&answer, TRUST_COOKIE));
        return None;
    }
    assert!(answer.json()["token"].is_string());
    Some(cookie_of(&answer, TRUST_COOKIE).expect("a new token"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_browser_signs_in_with_the_password_alone() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let body = json!({"code": ada.phone.code(&app), "trustDevice": "true"});
    let answer = with_challenge(&app, VERIFY_TOTP, &pending)
        .json(&body)
        .send()
        .await
        .expect(200);
    let line = cookie_line(&answer, TRUST_COOKIE).expect("a cookie");
    for attribute in ["Max-Age=2592000", "Path=/", "HttpOnly", "SameSite=Lax"] {
        assert!(line.contains(attribute), "{line}");
    }
    let browser = cookie_of(&answer, TRUST_COOKIE).expect("a cookie");
    let answer = sign_in_from(&app, &browser, EMAIL, PASSWORD).await.expect(200);
    let token = text(&answer.json()["token"]);
    assert_eq!(cookie_of(&answer, SESSION_COOKIE).as_deref(), Some(token.as_str()));
    let methods = app.caller(&token).await.session.methods;
    assert_eq!(
        methods,
        [AuthenticationMethod::Password, AuthenticationMethod::TrustedDevice]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_second_factor_may_lead_to_trust() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let body = json!({"code": ada.backup_codes[0], "trustDevice": true});
    let answer = with_challenge(&app, VERIFY_BACKUP, &pending)
        .json(&body)
        .send()
        .await
        .expect(200);
    assert!(
        spared(&app, &cookie_of(&answer, TRUST_COOKIE).expect("a cookie"))
            .await
            .is_some()
    );
    let pending = challenge(&app, EMAIL).await;
    let _ = with_challenge(&app, SEND_OTP, &pending)
        .json(&json!({"trustDevice": true}))
        .send()
        .await
        .expect(200);
    let body = json!({"code": mailed_code(&app), "trustDevice": true});
    let answer = with_challenge(&app, VERIFY_OTP, &pending)
        .json(&body)
        .send()
        .await
        .expect(200);
    assert!(
        spared(&app, &cookie_of(&answer, TRUST_COOKIE).expect("a cookie"))
            .await
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_browser_in_which_it_is_turned_on_may_be_trusted_at_once() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let phone = Phone::scan(&with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200));
    let body = json!({"code": phone.code(&app), "trustDevice": true});
    let answer = app
        .post(VERIFY_TOTP)
        .cookie(&token)
        .json(&body)
        .send()
        .await
        .expect(200);
    assert!(
        spared(&app, &cookie_of(&answer, TRUST_COOKIE).expect("a cookie"))
            .await
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_replaces_the_second_factor_and_never_the_password() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let browser = trust(&app, &ada).await;
    let answer = sign_in_from(&app, &browser, EMAIL, WRONG).await;
    assert_refused(&answer, 401, "INVALID_EMAIL_OR_PASSWORD");
    assert!(answer.cookies().is_empty());
    assert_eq!(session_of(&app, &browser).await, Value::Null);
    let _ = app
        .get("/api/auth/list-sessions")
        .cookie(&browser)
        .send()
        .await
        .expect(401);
    assert_refused(
        &show(&app, VERIFY_TOTP, &browser, "123456").send().await,
        401,
        "INVALID_TWO_FACTOR_COOKIE",
    );
    assert!(spared(&app, &browser).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn trust_is_one_users() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    enroll(&app, OTHER).await;
    let browser = trust(&app, &ada).await;
    let answer = sign_in_from(&app, &browser, OTHER, PASSWORD).await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], true);
    // It was not Ada's sign-in: her browser is trusted as before.
    assert!(spared(&app, &browser).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_use_renews_the_token_and_the_thirty_days() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let mut browser = trust(&app, &ada).await;
    for _ in 0..3 {
        app.clock.advance(SignedDuration::from_hours(29 * 24));
        let next = spared(&app, &browser).await.expect("trusted");
        assert_ne!(next, browser);
        browser = next;
    }
    app.clock.advance(SignedDuration::from_hours(30 * 24));
    assert_eq!(spared(&app, &browser).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_within_ten_seconds_gets_the_same_token() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let browser = trust(&app, &ada).await;
    let first = spared(&app, &browser).await.expect("trusted");
    app.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(spared(&app, &browser).await, Some(first.clone()));
    assert!(spared(&app, &first).await.is_some());
}

/// An attacker copied the cookie, and one of the two has used it.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_copy_ends_trust_for_both() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let copied = trust(&app, &ada).await;
    let newer = spared(&app, &copied).await.expect("trusted");
    app.clock.advance(SignedDuration::from_secs(11));
    // A client without the password ends nothing.
    let _ = sign_in_from(&app, &copied, EMAIL, WRONG).await.expect(401);
    assert_eq!(spared(&app, &copied).await, None);
    assert_eq!(spared(&app, &newer).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_browsers_are_not_concerned() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let (first, second) = (trust(&app, &ada).await, trust(&app, &ada).await);
    let _ = spared(&app, &first).await.expect("trusted");
    app.clock.advance(SignedDuration::from_secs(11));
    assert_eq!(spared(&app, &first).await, None);
    assert!(spared(&app, &second).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn turning_the_second_factor_off_ends_trust_for_good() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let browser = trust(&app, &ada).await;
    let answer = with_password(&app, DISABLE, &ada.token, PASSWORD)
        .send()
        .await
        .expect(200);
    enroll_again(&app, &cookie_of(&answer, SESSION_COOKIE).expect("a new token")).await;
    assert_eq!(spared(&app, &browser).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_all_sessions_ends_trust() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let browser = trust(&app, &ada).await;
    let _ = app
        .post("/api/auth/revoke-sessions")
        .cookie(&ada.token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert_eq!(spared(&app, &browser).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_that_ends_other_sessions_ends_trust() {
    for (revoke, trusted) in [(true, false), (false, true)] {
        let app = start().await;
        let ada = enroll(&app, EMAIL).await;
        let browser = trust(&app, &ada).await;
        let new = "a river under the ice";
        let body = json!({"currentPassword": PASSWORD, "newPassword": new, "revokeOtherSessions": revoke});
        let _ = app
            .post("/api/auth/change-password")
            .cookie(&ada.token)
            .json(&body)
            .send()
            .await
            .expect(200);
        let answer = sign_in_from(&app, &browser, EMAIL, new).await.expect(200);
        assert_eq!(answer.json()["token"].is_string(), trusted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_password_ends_trust() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    verify_email(&app).await;
    let browser = trust(&app, &ada).await;
    let ask = json!({"email": EMAIL});
    let _ = app
        .post("/api/auth/request-password-reset")
        .json(&ask)
        .send()
        .await
        .expect(200);
    let new = "a river under the ice";
    let body = json!({"newPassword": new, "token": app.mailed_token("reset-password")});
    let _ = app
        .post("/api/auth/reset-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    let answer = sign_in_from(&app, &browser, EMAIL, new).await.expect(200);
    assert_eq!(answer.json()["twoFactorRedirect"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_is_no_token_is_as_good_as_none() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let browser = trust(&app, &ada).await;
    let altered = format!("{}AAAA", &browser[..browser.len() - 4]);
    for cookie in ["", "x", "tdv_", &altered, &ada.token, &"a".repeat(4000)] {
        let answer = sign_in_from(&app, cookie, EMAIL, PASSWORD).await.expect(200);
        assert_eq!(answer.json()["twoFactorRedirect"], true);
    }
    assert!(spared(&app, &browser).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_use_prolongs_trust_beyond_ninety_days() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let mut browser = trust(&app, &ada).await;
    for _ in 0..3 {
        app.clock.advance(SignedDuration::from_hours(29 * 24));
        browser = spared(&app, &browser).await.expect("trust");
    }
    app.clock.advance(SignedDuration::from_hours(3 * 24));
    assert_eq!(spared(&app, &browser).await, None);
}
