//! `POST /two-factor/disable`: all of the second factor goes.

use serde_json::json;

use super::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_takes_one_factor_again_and_another_session_takes_the_place_of_this_one() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let before = session_of(&app, &ada.token).await;
    let answer = with_password(&app, DISABLE, &ada.token, PASSWORD)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert!(clears(&answer, TRUST_COOKIE));
    let renewed = cookie_of(&answer, SESSION_COOKIE).expect("a new token");
    assert!(!is_live(&app, &ada.token).await);
    let after = session_of(&app, &renewed).await;
    assert_ne!(after["session"]["id"], before["session"]["id"], "a session of its own");
    assert_eq!(after["user"]["twoFactorEnabled"], false);
    let signed_in = sign_in(&app, EMAIL, PASSWORD).send().await.expect(200);
    assert!(signed_in.json()["token"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_it_is_left() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let answer = with_password(&app, DISABLE, &ada.token, PASSWORD)
        .send()
        .await
        .expect(200);
    let token = cookie_of(&answer, SESSION_COOKIE).expect("a new token");
    let uri = with_password(&app, GET_URI, &token, PASSWORD).send().await;
    assert_refused(&uri, 400, "TOTP_NOT_ENABLED");
    let codes = with_password(&app, GENERATE, &token, PASSWORD).send().await;
    assert_refused(&codes, 400, "TWO_FACTOR_NOT_ENABLED");
    for (path, code, refusal) in [
        (VERIFY_TOTP, ada.phone.code(&app), "TOTP_NOT_ENABLED"),
        (VERIFY_BACKUP, ada.backup_codes[0].clone(), "BACKUP_CODES_NOT_ENABLED"),
    ] {
        let answer = app.post(path).cookie(&token).json(&json!({"code": code})).send().await;
        assert_refused(&answer, 400, refusal);
    }

    // After a second enrolment, neither the old telephone nor the old codes are valid.
    let again = enroll_again(&app, &token).await;
    let pending = challenge(&app, EMAIL).await;
    let old = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
    assert_refused(&old, 401, "INVALID_CODE");
    let old = show(&app, VERIFY_BACKUP, &pending, &ada.backup_codes[0]).send().await;
    assert_refused(&old, 401, "INVALID_BACKUP_CODE");
    let _ = show(&app, VERIFY_TOTP, &pending, &again.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_waited_has_nothing_to_wait_for() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let _ = with_password(&app, DISABLE, &ada.token, PASSWORD)
        .send()
        .await
        .expect(200);
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
    assert_refused(&answer, 400, "TOTP_NOT_ENABLED");
}

/// An attacker with an old session and the password must not bypass the second factor by turning it off or
/// reading its secret.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_session_that_has_shown_the_second_factor_manages_it() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let before = unverified_session(&app, &ada.token).await;
    for path in [ENABLE, DISABLE, GET_URI, GENERATE] {
        let answer = with_password(&app, path, &before, PASSWORD).send().await;
        assert_refused(&answer, 403, "SESSION_NOT_FRESH");
    }
    assert!(is_live(&app, &before).await);
    let code = json!({"code": ada.phone.code(&app)});
    let shown = app
        .post(VERIFY_TOTP)
        .cookie(&before)
        .json(&code)
        .send()
        .await
        .expect(200);
    let token = text(&shown.json()["token"]);
    let _ = with_password(&app, DISABLE, &token, PASSWORD).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_what_is_off_changes_nothing_but_the_token() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let answer = with_password(&app, DISABLE, &token, PASSWORD).send().await.expect(200);
    let renewed = cookie_of(&answer, SESSION_COOKIE).expect("a new token");
    assert_eq!(session_of(&app, &renewed).await["user"]["twoFactorEnabled"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_leaves_nothing_behind() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let id = app.caller(&ada.token).await.user.id;
    let trust = json!({"code": ada.phone.code(&app), "trustDevice": true});
    let pending = challenge(&app, EMAIL).await;
    let _ = with_challenge(&app, VERIFY_TOTP, &pending)
        .json(&trust)
        .send()
        .await
        .expect(200);
    assert_eq!(
        app.core()
            .store
            .list_trusted_devices(id)
            .await
            .expect("an answer")
            .len(),
        1
    );
    let _ = with_password(&app, "/api/auth/delete-user", &ada.token, PASSWORD)
        .send()
        .await
        .expect(200);
    let store = &app.core().store;
    assert_eq!(store.find_authenticator(id).await.expect("an answer"), None);
    assert_eq!(store.view_for_backup_code(id).await.expect("an answer"), (None, None));
    assert!(store.list_trusted_devices(id).await.expect("an answer").is_empty());
}
