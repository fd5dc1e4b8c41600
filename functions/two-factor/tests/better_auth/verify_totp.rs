//! `POST /two-factor/verify-totp`, to complete a sign-in.

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::session::AuthenticationMethod;

use super::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_code_completes_the_sign_in() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    let body = answer.json();
    let token = text(&body["token"]);
    assert_eq!(body["user"]["email"], EMAIL);
    assert_eq!(body["session"]["token"], token.as_str());
    assert_eq!(cookie_of(&answer, SESSION_COOKIE).as_deref(), Some(token.as_str()));
    assert!(cookie_line(&answer, SESSION_COOKIE).is_some_and(|line| line.contains("Max-Age=604800")));
    assert!(clears(&answer, CHALLENGE_COOKIE));
    assert_eq!(cookie_line(&answer, TRUST_COOKIE), None);
    assert_eq!(session_of(&app, &token).await["user"]["email"], EMAIL);
    let methods = app.caller(&token).await.session.methods;
    assert_eq!(
        methods,
        [AuthenticationMethod::Password, AuthenticationMethod::OneTimeCode]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_is_not_remembered_stays_so() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let body = json!({"email": EMAIL, "password": PASSWORD, "rememberMe": false});
    let asked = app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200);
    let pending = cookie_of(&asked, CHALLENGE_COOKIE).expect("a challenge");
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    assert!(cookie_line(&answer, SESSION_COOKIE).is_some_and(|line| !line.contains("Max-Age")));
    let session = app.caller(&text(&answer.json()["token"])).await.session;
    assert_eq!(
        session.expires_at.duration_since(session.updated_at),
        SignedDuration::from_hours(24)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_the_neighbouring_steps_are_good_and_no_others() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    app.clock.advance(SignedDuration::from_mins(5));
    let pending = challenge(&app, EMAIL).await;
    for seconds in [-60, 60] {
        let code = ada.phone.code_at(&app, SignedDuration::from_secs(seconds));
        assert_refused(
            &show(&app, VERIFY_TOTP, &pending, &code).send().await,
            401,
            "INVALID_CODE",
        );
    }
    for seconds in [-30, 0, 30] {
        let pending = challenge(&app, EMAIL).await;
        let code = ada.phone.code_at(&app, SignedDuration::from_secs(seconds));
        let _ = show(&app, VERIFY_TOTP, &pending, &code).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_and_so_are_those_before_it() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let (code, before) = (
        ada.phone.code(&app),
        ada.phone.code_at(&app, SignedDuration::from_secs(-30)),
    );
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &code).send().await.expect(200);
    let pending = challenge(&app, EMAIL).await;
    for code in [&code, &before] {
        assert_refused(
            &show(&app, VERIFY_TOTP, &pending, code).send().await,
            401,
            "INVALID_CODE",
        );
    }
    next_step(&app);
    assert_refused(
        &show(&app, VERIFY_TOTP, &pending, &code).send().await,
        401,
        "INVALID_CODE",
    );
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_that_turned_it_on_is_spent() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let phone = Phone::scan(&with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200));
    let code = json!({"code": phone.code(&app)});
    let _ = app
        .post(VERIFY_TOTP)
        .cookie(&token)
        .json(&code)
        .send()
        .await
        .expect(200);
    let pending = challenge(&app, EMAIL).await;
    let answer = show(&app, VERIFY_TOTP, &pending, &phone.code(&app)).send().await;
    assert_refused(&answer, 401, "INVALID_CODE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_leaves_the_sign_in_waiting() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.wrong_code(&app))
        .send()
        .await;
    assert_refused(&answer, 401, "INVALID_CODE");
    assert!(answer.cookies().is_empty());
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_may_be_typed_as_the_app_shows_it() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let code = ada.phone.code(&app);
    let spaced = format!(" {} {}\n", &code[..3], &code[3..]);
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &spaced).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_without_session_or_challenge_is_refused() {
    let app = start().await;
    enroll(&app, EMAIL).await;
    for path in [VERIFY_TOTP, SEND_OTP, VERIFY_OTP, VERIFY_BACKUP] {
        let code = json!({"code": "123456"});
        assert_refused(
            &app.post(path).json(&code).send().await,
            401,
            "INVALID_TWO_FACTOR_COOKIE",
        );
        let answer = show(&app, path, "nonsense", "123456").send().await;
        assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_code_completes_no_other_users_sign_in() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let grace = enroll(&app, OTHER).await;
    let pending = challenge(&app, EMAIL).await;
    let code = grace.phone.code(&app);
    assert_refused(
        &show(&app, VERIFY_TOTP, &pending, &code).send().await,
        401,
        "INVALID_CODE",
    );
    let backup = &grace.backup_codes[0];
    let answer = show(&app, VERIFY_BACKUP, &pending, backup).send().await;
    assert_refused(&answer, 401, "INVALID_BACKUP_CODE");
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

/// A signed-in user may show a code at any time: the session then counts as one with a second factor.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_the_second_factor_may_show_it_later() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let other = unverified_session(&app, &ada.token).await;
    let code = json!({"code": ada.phone.code(&app)});
    let answer = app
        .post(VERIFY_TOTP)
        .cookie(&other)
        .json(&code)
        .send()
        .await
        .expect(200);
    let renewed = text(&answer.json()["token"]);
    assert!(is_live(&app, &renewed).await && !is_live(&app, &other).await);
    let caller = app.caller(&renewed).await;
    assert!(caller.session.has_shown_second_factor(&caller.user));

    // Where it was shown already, it is a step-up again.
    next_step(&app);
    let code = json!({"code": ada.phone.code(&app)});
    let answer = app
        .post(VERIFY_TOTP)
        .cookie(&renewed)
        .json(&code)
        .send()
        .await
        .expect(200);
    let again = text(&answer.json()["token"]);
    assert!(is_live(&app, &again).await && !is_live(&app, &renewed).await);
}
