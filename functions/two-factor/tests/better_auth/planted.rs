//! What an attacker prepared before the second factor was turned on: the password, an old session or a copied cookie must not
//! bypass it.

use std::sync::Arc;

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::TrustedDevice;
use shared::store::Changes;
use shared::testkit::{Answer, TestApp};

use super::support::*;

const CHANGE_EMAIL: &str = "/api/auth/change-email";

async fn trust_with(app: &TestApp, token: &str, path: &str, code: &str) -> Answer {
    let body = json!({"code": code, "trustDevice": true});
    app.post(path).cookie(token).json(&body).send().await
}

async fn sign_in_from(app: &TestApp, browser: &str) -> Answer {
    let cookie = format!("{TRUST_COOKIE}={browser}");
    let request = sign_in(app, EMAIL, PASSWORD).header("cookie", &cookie);
    request.header("origin", ORIGIN).send().await.expect(200)
}

/// A second session, of before the second factor.
async fn older_session(app: &TestApp) -> String {
    text(&sign_in(app, EMAIL, PASSWORD).send().await.expect(200).json()["token"])
}

async fn turn_on_mailed_codes(app: &TestApp, token: &str) -> Answer {
    let body = json!({"password": PASSWORD, "method": "otp"});
    app.post(ENABLE).cookie(token).json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_codes_are_worth_nothing_before_the_second_factor_is_on() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let enabled = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    let codes = backup_codes(&enabled);
    let answer = trust_with(&app, &token, VERIFY_BACKUP, &codes[0]).await;
    assert_refused(&answer, 400, "BACKUP_CODES_NOT_ENABLED");
    assert!(answer.cookies().is_empty());
    let spend = json!({"code": codes[0], "disableSession": true});
    let answer = app.post(VERIFY_BACKUP).cookie(&token).json(&spend).send().await;
    assert_refused(&answer, 400, "BACKUP_CODES_NOT_ENABLED");

    // It was not spent either.
    let code = json!({"code": Phone::scan(&enabled).code(&app)});
    let _ = app
        .post(VERIFY_TOTP)
        .cookie(&token)
        .json(&code)
        .send()
        .await
        .expect(200);
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_BACKUP, &pending, &codes[0]).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_was_trusted_before_is_not_spared_the_second_factor() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let user = app.caller(&token).await.user;
    let (device, planted) = TrustedDevice::trust(&user, app.clock.now(), &*app.core().entropy);
    let changes = Changes::new().create_trusted_device(&device);
    app.core().store.commit(changes).await.expect("a commit");
    enroll_again(&app, &token).await;
    let answer = sign_in_from(&app, &planted.to_string()).await;
    assert_eq!(answer.json()["twoFactorRedirect"], true);
    assert!(answer.json().get("token").is_none());
}

/// The session in which a code was shown, before the second factor was turned off and on again.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_an_earlier_second_factor_is_worth_nothing_to_the_next() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let other = app.further_session(&ada.token, |_| {}).await;
    let off = with_password(&app, DISABLE, &ada.token, PASSWORD).send().await;
    enroll_again(&app, &cookie_of(&off.expect(200), SESSION_COOKIE).expect("a new token")).await;
    for path in [DISABLE, GET_URI, GENERATE] {
        let answer = with_password(&app, path, &other, PASSWORD).send().await;
        assert_refused(&answer, 401, "UNAUTHORIZED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_was_never_shown_goes_when_codes_by_mail_are_turned_on() {
    for by_code in [false, true] {
        let app = start().await;
        let token = sign_up(&app, EMAIL).await;
        verify_email(&app).await;
        let strangers = older_session(&app).await;
        let planted = with_password(&app, ENABLE, &strangers, PASSWORD)
            .send()
            .await
            .expect(200);
        if by_code {
            show_mailed_code(&app, &token).await;
        } else {
            let _ = turn_on_mailed_codes(&app, &token).await.expect(200);
        }
        let pending = challenge(&app, EMAIL).await;
        let backup = show(&app, VERIFY_BACKUP, &pending, &backup_codes(&planted)[0])
            .send()
            .await;
        assert_refused(&backup, 400, "BACKUP_CODES_NOT_ENABLED");
        let code = Phone::scan(&planted).code(&app);
        let answer = show(&app, VERIFY_TOTP, &pending, &code).send().await;
        assert_refused(&answer, 400, "TOTP_NOT_ENABLED");
        let again = with_password(&app, ENABLE, &strangers, PASSWORD).send().await;
        assert_refused(&again, 401, "UNAUTHORIZED");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_session_that_has_shown_the_second_factor_adds_an_app() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let token = cookie_of(&turn_on_mailed_codes(&app, &token).await, SESSION_COOKIE).expect("a new token");
    let other = unverified_session(&app, &token).await;
    assert_refused(&turn_on_mailed_codes(&app, &other).await, 403, "SESSION_NOT_FRESH");
    let token = show_mailed_code(&app, &token).await;
    let enabled = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    let phone = Phone::scan(&enabled);
    let answer = trust_with(&app, &other, VERIFY_TOTP, &phone.code(&app)).await;
    assert_refused(&answer, 403, "SESSION_NOT_FRESH");
    assert!(answer.cookies().is_empty());
    let _ = trust_with(&app, &token, VERIFY_TOTP, &phone.code(&app))
        .await
        .expect(200);
}

const NEW: &str = "a river under the ice";

/// What an owner does who suspects that another person has the password or a session.
#[derive(Debug, Clone, Copy)]
enum Remedy {
    ChangePassword,
    ResetPassword,
    RevokeSessions,
    RevokeOtherSessions,
}

/// A session of the owner after that.
async fn take(remedy: Remedy, app: &TestApp, token: &str) -> String {
    let post = async |path: &str, body: serde_json::Value| {
        let path = format!("/api/auth/{path}");
        app.post(&path).cookie(token).json(&body).send().await.expect(200)
    };
    let password = match remedy {
        Remedy::ChangePassword => {
            let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
            let _ = post("change-password", body).await;
            NEW
        }
        Remedy::ResetPassword => {
            let asked = app
                .post("/api/auth/request-password-reset")
                .json(&json!({"email": EMAIL}));
            let _ = asked.send().await.expect(200);
            let body = json!({"newPassword": NEW, "token": app.mailed_token("reset-password")});
            let reset = app.post("/api/auth/reset-password").json(&body);
            let _ = reset.send().await.expect(200);
            NEW
        }
        Remedy::RevokeSessions => {
            let _ = post("revoke-sessions", json!({})).await;
            PASSWORD
        }
        Remedy::RevokeOtherSessions => {
            let _ = post("revoke-other-sessions", json!({})).await;
            return token.to_owned();
        }
    };
    text(&sign_in(app, EMAIL, password).send().await.expect(200).json()["token"])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_waits_for_its_first_code_ends_with_the_password_and_with_the_sessions() {
    for remedy in [
        Remedy::ChangePassword,
        Remedy::ResetPassword,
        Remedy::RevokeSessions,
        Remedy::RevokeOtherSessions,
    ] {
        let app = start().await;
        let token = sign_up(&app, EMAIL).await;
        verify_email(&app).await;
        let strangers = older_session(&app).await;
        let planted = with_password(&app, ENABLE, &strangers, PASSWORD).send().await;
        let phone = Phone::scan(&planted.expect(200));
        let owners = take(remedy, &app, &token).await;
        let answer = trust_with(&app, &owners, VERIFY_TOTP, &phone.code(&app)).await;
        assert_refused(&answer, 400, "TOTP_NOT_ENABLED");
        assert_eq!(
            session_of(&app, &owners).await["user"]["twoFactorEnabled"],
            false,
            "{remedy:?}"
        );
        let password = match remedy {
            Remedy::ChangePassword | Remedy::ResetPassword => NEW,
            Remedy::RevokeSessions | Remedy::RevokeOtherSessions => PASSWORD,
        };
        let shown = with_password(&app, GET_URI, &owners, password).send().await;
        assert_refused(&shown, 400, "TOTP_NOT_ENABLED");
        // The owner enrolls an app of their own.
        let own = with_password(&app, ENABLE, &owners, password).send().await.expect(200);
        let code = Phone::scan(&own).code(&app);
        let _ = trust_with(&app, &owners, VERIFY_TOTP, &code).await.expect(200);
    }
}

/// It is decided in the commit: a first code and a change of the password at once leave no app of before the change.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_code_does_not_save_an_app_from_a_change_of_the_password() {
    for _ in 0..8 {
        let app = Arc::new(start().await);
        let token = sign_up(&app, EMAIL).await;
        let strangers = older_session(&app).await;
        let planted = with_password(&app, ENABLE, &strangers, PASSWORD).send().await;
        let code = Phone::scan(&planted.expect(200)).code(&app);
        let (first, second) = (Arc::clone(&app), Arc::clone(&app));
        let verified = tokio::spawn(async move { trust_with(&first, &strangers, VERIFY_TOTP, &code).await });
        let changed = tokio::spawn(async move {
            let body = json!({"currentPassword": PASSWORD, "newPassword": NEW});
            let request = second.post("/api/auth/change-password").cookie(&token).json(&body);
            request.send().await
        });
        let (verified, changed) = (verified.await.expect("no panic"), changed.await.expect("no panic"));
        assert_eq!(
            [verified.status == 200, changed.status == 200]
                .iter()
                .filter(|is_done| **is_done)
                .count(),
            1,
            "{} {}",
            verified.text(),
            changed.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_session_confirms_only_an_app_that_it_has_enrolled_with_the_password() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let other = app.further_session(&token, |_| {}).await;
    app.clock.advance(jiff::SignedDuration::from_hours(25));
    let enabled = with_password(&app, ENABLE, &token, PASSWORD).send().await;
    let phone = Phone::scan(&enabled.expect(200));
    let answer = trust_with(&app, &other, VERIFY_TOTP, &phone.code(&app)).await;
    assert_refused(&answer, 403, "SESSION_NOT_FRESH");
    app.clock.advance(jiff::SignedDuration::from_hours(24));
    let answer = trust_with(&app, &token, VERIFY_TOTP, &phone.code(&app)).await;
    assert_refused(&answer, 403, "SESSION_NOT_FRESH");
    let enabled = with_password(&app, ENABLE, &token, PASSWORD).send().await;
    let code = Phone::scan(&enabled.expect(200)).code(&app);
    let _ = trust_with(&app, &token, VERIFY_TOTP, &code).await.expect(200);
}

/// Its cookie can be copied, so it spares the second factor at a sign-in and is not the second factor.
#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_browser_does_not_manage_the_second_factor() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let trusted = trust_with(&app, &ada.token, VERIFY_TOTP, &ada.phone.code(&app)).await;
    let browser = cookie_of(&trusted.expect(200), TRUST_COOKIE).expect("a trusted browser");
    next_step(&app);
    let token = text(&sign_in_from(&app, &browser).await.json()["token"]);
    for path in [DISABLE, GET_URI, GENERATE] {
        let answer = with_password(&app, path, &token, PASSWORD).send().await;
        assert_refused(&answer, 403, "SESSION_NOT_FRESH");
    }
    let move_away = json!({"newEmail": OTHER});
    let answer = app.post(CHANGE_EMAIL).cookie(&token).json(&move_away).send().await;
    assert_refused(&answer, 403, "SESSION_NOT_FRESH");

    // A user who has the app shows a code, and may.
    let shown = trust_with(&app, &token, VERIFY_TOTP, &ada.phone.code(&app))
        .await
        .expect(200);
    let token = text(&shown.json()["token"]);
    let _ = with_password(&app, GENERATE, &token, PASSWORD).send().await.expect(200);
    let _ = app
        .post(CHANGE_EMAIL)
        .cookie(&token)
        .json(&move_away)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_does_not_make_an_old_session_one_that_has_shown_it() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let old = unverified_session(&app, &ada.token).await;
    let new = "a river under the ice";
    let body = json!({"currentPassword": PASSWORD, "newPassword": new, "revokeOtherSessions": true});
    let changed = app
        .post("/api/auth/change-password")
        .cookie(&old)
        .json(&body)
        .send()
        .await;
    assert_refused(&changed, 403, "SESSION_NOT_FRESH");
    let answer = with_password(&app, DISABLE, &old, PASSWORD).send().await;
    assert_refused(&answer, 403, "SESSION_NOT_FRESH");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_asked_for_before_ends_when_the_second_factor_is_turned_on() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let ask = json!({"newEmail": OTHER});
    let _ = app
        .post(CHANGE_EMAIL)
        .cookie(&token)
        .json(&ask)
        .send()
        .await
        .expect(200);
    let mailed = app.mailed_token("change-email");
    enroll_again(&app, &token).await;
    let answer = app.get(&format!("/api/auth/verify-email?token={mailed}")).send().await;
    assert_refused(&answer, 401, "INVALID_TOKEN");
}

/// An attacker who knows an address can have mails sent to it; that must not keep its user from signing in.
#[tokio::test(flavor = "multi_thread")]
async fn mails_that_strangers_ask_for_leave_codes_alone() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    enroll(&app, EMAIL).await;
    for number in 0..6 {
        let ask = app
            .post("/api/auth/request-password-reset")
            .json(&json!({"email": EMAIL}));
        let _ = ask.from_ip(&format!("198.51.100.{number}")).send().await;
    }
    let pending = challenge(&app, EMAIL).await;
    pass_by_mail(&app, &pending).await;
}

/// It is looked at in the commit, not before: an old session and the password turn nothing off that was turned on meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn turning_it_off_in_an_old_session_never_comes_after_turning_it_on() {
    for _ in 0..8 {
        let app = Arc::new(start().await);
        let token = sign_up(&app, EMAIL).await;
        verify_email(&app).await;
        let other = older_session(&app).await;
        let (on, off) = (Arc::clone(&app), Arc::clone(&app));
        let on = tokio::spawn(async move { turn_on_mailed_codes(&on, &token).await });
        let off = tokio::spawn(async move { with_password(&off, DISABLE, &other, PASSWORD).send().await });
        let (on, off) = (on.await.expect("no panic"), off.await.expect("no panic"));
        assert_eq!(on.status, 200);
        assert!(off.status == 200 || off.status == 401, "{}", off.text());
        // Off first and then on, or not off at all, because the other session has ended.
        challenge(&app, EMAIL).await;
    }
}
