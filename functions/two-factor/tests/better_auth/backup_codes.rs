//! `POST /two-factor/verify-backup-code` and `/two-factor/generate-backup-codes`.

use serde_json::json;

use super::support::*;

#[tokio::test(flavor = "multi_thread")]
async fn each_code_completes_one_sign_in() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    for code in &ada.backup_codes {
        let pending = challenge(&app, EMAIL).await;
        let answer = show(&app, VERIFY_BACKUP, &pending, code).send().await.expect(200);
        let body = answer.json();
        assert_eq!(body["user"]["twoFactorEnabled"], true);
        assert_eq!(body["session"]["userId"], body["user"]["id"]);
        let token = text(&body["token"]);
        assert_eq!(cookie_of(&answer, SESSION_COOKIE).as_deref(), Some(token.as_str()));
        assert!(clears(&answer, CHALLENGE_COOKIE));
        assert!(is_live(&app, &token).await);
        let pending = challenge(&app, EMAIL).await;
        let again = show(&app, VERIFY_BACKUP, &pending, code).send().await;
        assert_refused(&again, 401, "INVALID_BACKUP_CODE");
    }
    // All ten are gone, and the app is as good as ever.
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_compared_to_the_letter() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let code = &ada.backup_codes[0];
    let swapped: String = code
        .chars()
        .map(|c| {
            if c.is_lowercase() {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    let pending = challenge(&app, EMAIL).await;
    for wrong in [swapped.as_str(), &code[1..], "", "00000-00000"] {
        let answer = show(&app, VERIFY_BACKUP, &pending, wrong).send().await;
        assert_refused(&answer, 401, "INVALID_BACKUP_CODE");
    }
    let _ = show(&app, VERIFY_BACKUP, &pending, &format!(" {code}\n"))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_may_be_spent_without_a_session() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let body = json!({"code": ada.backup_codes[0], "disableSession": true, "trustDevice": true});
    let answer = with_challenge(&app, VERIFY_BACKUP, &pending)
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
    assert!(answer.json().get("token").is_none() && answer.json().get("session").is_none());
    assert!(answer.cookies().is_empty());
    assert_eq!(answer.header("set-auth-token"), None);
    assert!(!is_live(&app, &pending).await);
    let again = with_challenge(&app, VERIFY_BACKUP, &pending).json(&body).send().await;
    assert_refused(&again, 401, "INVALID_BACKUP_CODE");
    // The sign-in still waits.
    let _ = show(&app, VERIFY_BACKUP, &pending, &ada.backup_codes[1])
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_codes_take_the_place_of_the_old_ones() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let answer = with_password(&app, GENERATE, &ada.token, PASSWORD)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["status"], true);
    let new = backup_codes(&answer);
    assert_eq!(new.len(), 10);
    assert!(new.iter().all(|code| !ada.backup_codes.contains(code)));
    let pending = challenge(&app, EMAIL).await;
    let old = show(&app, VERIFY_BACKUP, &pending, &ada.backup_codes[0]).send().await;
    assert_refused(&old, 401, "INVALID_BACKUP_CODE");
    let _ = show(&app, VERIFY_BACKUP, &pending, &new[9]).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_none_before_the_second_factor_is_on() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let answer = with_password(&app, GENERATE, &token, PASSWORD).send().await;
    assert_refused(&answer, 400, "TWO_FACTOR_NOT_ENABLED");
    let _ = with_password(&app, ENABLE, &token, PASSWORD).send().await.expect(200);
    let answer = with_password(&app, GENERATE, &token, PASSWORD).send().await;
    assert_refused(&answer, 400, "TWO_FACTOR_NOT_ENABLED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_mailed_codes_only_gets_backup_codes_too() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let body = json!({"password": PASSWORD, "method": "otp"});
    let enabled = app.post(ENABLE).cookie(&token).json(&body).send().await.expect(200);
    let token = cookie_of(&enabled, SESSION_COOKIE).expect("a new token");
    let token = show_mailed_code(&app, &token).await;
    let codes = backup_codes(&with_password(&app, GENERATE, &token, PASSWORD).send().await.expect(200));
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_BACKUP, &pending, &codes[0]).send().await.expect(200);
}
