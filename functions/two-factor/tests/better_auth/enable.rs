//! `POST /two-factor/enable`, and the first code after it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::domain::session::AuthenticationMethod;

use super::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolled_app_changes_nothing_until_it_shows_a_code() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let answer = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    let body = answer.json();
    assert_eq!(body["method"], "totp");
    let uri = text(&body["totpURI"]);
    assert!(
        uri.starts_with("otpauth://totp/Ostiary:ada%40example.com?secret="),
        "{uri}"
    );
    assert!(uri.ends_with("&issuer=Ostiary"), "{uri}");
    let codes = backup_codes(&answer);
    let is_code = |code: &String| {
        let (first, second) = code.split_once('-').expect("two groups");
        first.len() == 5 && second.len() == 5 && code.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
    };
    assert!(codes.iter().all(is_code), "{codes:?}");
    assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 10);
    assert!(answer.cookies().is_empty());

    assert_eq!(session_of(&app, &token).await["user"]["twoFactorEnabled"], false);
    let signed_in = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert!(signed_in.json()["token"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_code_turns_it_on_and_another_session_takes_the_place_of_this_one() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = session_of(&app, &token).await;
    let phone = Phone::scan(&with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200));
    let code = json!({"code": phone.code(&app)});
    let answer = app
        .post(VERIFY_TOTP)
        .cookie(&token)
        .json(&code)
        .send()
        .await
        .expect(200);
    let body = answer.json();
    assert_eq!(body["user"]["twoFactorEnabled"], true);
    let renewed = text(&body["token"]);
    assert_eq!(cookie_of(&answer, SESSION_COOKIE).as_deref(), Some(renewed.as_str()));
    assert_eq!(answer.header("set-auth-token"), Some(renewed.as_str()));

    assert!(!is_live(&app, &token).await);
    let after = session_of(&app, &renewed).await;
    assert_ne!(after["session"]["id"], before["session"]["id"], "a session of its own");
    assert_eq!(after["user"]["twoFactorEnabled"], true);
    let methods = app.caller(&renewed).await.session.methods;
    assert_eq!(
        methods,
        [AuthenticationMethod::Password, AuthenticationMethod::OneTimeCode]
    );
    let asked = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(
        asked.json(),
        json!({"twoFactorRedirect": true, "twoFactorMethods": ["totp", "otp"]})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sessions_end_when_it_is_turned_on() {
    let app = start().await;
    let first = sign_up(&app, EMAIL).await;
    let other = text(&sign_in(&app, EMAIL, PASSWORD).send().await.expect(200).json()["token"]);
    enroll_again(&app, &first).await;
    assert_eq!(session_of(&app, &other).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_shows_the_issuer_that_was_asked_for() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for (issuer, shown) in [("Fish & Chips", "Fish%20%26%20Chips"), ("a:b", "ab"), ("", "Ostiary")] {
        let body = json!({"password": PASSWORD, "issuer": issuer});
        let answer = app.post(ENABLE).cookie(&token).json(&body).send().await.expect(200);
        let uri = text(&answer.json()["totpURI"]);
        assert!(uri.starts_with(&format!("otpauth://totp/{shown}:")), "{uri}");
        assert!(uri.ends_with(&format!("&issuer={shown}")), "{uri}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn enabling_again_before_the_first_code_replaces_secret_and_backup_codes() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let first = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    let second = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    let verify = |answer| {
        let code = json!({"code": Phone::scan(answer).code(&app)});
        app.post(VERIFY_TOTP).cookie(&token).json(&code).send()
    };
    assert_refused(&verify(&first).await, 401, "INVALID_CODE");
    let _ = verify(&second).await.expect(200);
    let pending = challenge(&app, EMAIL).await;
    let old = show(&app, VERIFY_BACKUP, &pending, &backup_codes(&first)[0])
        .send()
        .await;
    assert_refused(&old, 401, "INVALID_BACKUP_CODE");
    let _ = show(&app, VERIFY_BACKUP, &pending, &backup_codes(&second)[0])
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn enabling_again_after_the_first_code_is_refused() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let answer = with_password(&app, ENABLE, &ada.token, PASSWORD).send().await;
    assert_refused(&answer, 400, "TOTP_ALREADY_ENABLED");
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_a_session_and_its_users_password() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for path in [ENABLE, DISABLE, GENERATE, GET_URI] {
        let nobody = app.post(path).json(&json!({"password": PASSWORD})).send().await;
        assert_refused(&nobody, 401, "UNAUTHORIZED");
        let missing = app.post(path).cookie(&token).json(&json!({})).send().await;
        assert_refused(&missing, 400, "VALIDATION_ERROR");
    }
    assert_refused(
        &with_password(&app, ENABLE, &token, WRONG).send().await,
        400,
        "INVALID_PASSWORD",
    );
    let ada = enroll_again(&app, &token).await;
    for path in [DISABLE, GENERATE, GET_URI] {
        let answer = with_password(&app, path, &ada.token, WRONG).send().await;
        assert_refused(&answer, 400, "INVALID_PASSWORD");
    }
    assert_eq!(session_of(&app, &ada.token).await["user"]["twoFactorEnabled"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_by_mail_work_at_once_for_a_verified_address() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let body = json!({"password": PASSWORD, "method": "otp"});
    let ask = |token: &str| app.post(ENABLE).cookie(token).json(&body).send();
    assert_refused(&ask(&token).await, 403, "EMAIL_NOT_VERIFIED");
    verify_email(&app).await;
    let answer = ask(&token).await.expect(200);
    assert_eq!(answer.json(), json!({"method": "otp"}));
    let renewed = cookie_of(&answer, SESSION_COOKIE).expect("a new token");
    assert!(!is_live(&app, &token).await);
    assert_eq!(session_of(&app, &renewed).await["user"]["twoFactorEnabled"], true);

    let asked = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(asked.json()["twoFactorMethods"], json!(["otp"]));
    let pending = cookie_of(&asked, CHALLENGE_COOKIE).expect("a challenge");
    let totp = show(&app, VERIFY_TOTP, &pending, "123456").send().await;
    assert_refused(&totp, 400, "TOTP_NOT_ENABLED");
    let backup = show(&app, VERIFY_BACKUP, &pending, "01234-56789").send().await;
    assert_refused(&backup, 400, "BACKUP_CODES_NOT_ENABLED");
    pass_by_mail(&app, &pending).await;

    // An app may be added by a user who shows the second factor that exists already.
    let add = with_password(&app, ENABLE, &renewed, PASSWORD);
    assert_refused(&add.send().await, 403, "SESSION_NOT_FRESH");
    let renewed = show_mailed_code(&app, &renewed).await;
    let phone = Phone::scan(&with_password(&app, ENABLE, &renewed, PASSWORD).send().await.expect(200));
    assert_eq!(
        sign_in(&app, EMAIL, PASSWORD).send().await.json()["twoFactorMethods"],
        json!(["otp"])
    );
    let code = json!({"code": phone.code(&app)});
    let verified = app
        .post(VERIFY_TOTP)
        .cookie(&renewed)
        .json(&code)
        .send()
        .await
        .expect(200);
    assert_eq!(
        sign_in(&app, EMAIL, PASSWORD).send().await.json()["twoFactorMethods"],
        json!(["totp", "otp"])
    );
    let token = text(&verified.json()["token"]);
    let _ = with_password(&app, DISABLE, &token, PASSWORD).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_may_do_without_codes_by_mail() {
    let app = start_with(&[("TWO_FACTOR_BY_MAIL", "off")]).await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let body = json!({"password": PASSWORD, "method": "otp"});
    let answer = app.post(ENABLE).cookie(&token).json(&body).send().await;
    assert_refused(&answer, 400, "OTP_NOT_CONFIGURED");
    enroll_again(&app, &token).await;
    let asked = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert_eq!(asked.json()["twoFactorMethods"], json!(["totp"]));
    let pending = cookie_of(&asked, CHALLENGE_COOKIE).expect("a challenge");
    let answer = with_challenge(&app, SEND_OTP, &pending).json(&json!({})).send().await;
    assert_refused(&answer, 400, "OTP_NOT_CONFIGURED");
    assert_eq!(app.count_mails("two-factor-otp"), 0);
}

/// The session of before the second factor goes on when its user changes the password, with all that it had shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_it_does_not_change_the_password_and_end_the_others() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let other = unverified_session(&app, &ada.token).await;
    let body = json!({"currentPassword": PASSWORD, "newPassword": "a river under ice", "revokeOtherSessions": true});
    let answer = app
        .post("/api/auth/change-password")
        .cookie(&other)
        .json(&body)
        .send()
        .await;
    assert_refused(&answer, 403, "SESSION_NOT_FRESH");
    assert!(is_live(&app, &ada.token).await);
}
