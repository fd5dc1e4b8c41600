//! A password that was reset by mail, and a code by mail: together they prove one factor, the mailbox.

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

use super::support::*;

const NEW: &str = "a river under the ice";

async fn reset(app: &TestApp) {
    let ask = app
        .post("/api/auth/request-password-reset")
        .json(&json!({"email": EMAIL}));
    let _ = ask.send().await.expect(200);
    let body = json!({"newPassword": NEW, "token": app.mailed_token("reset-password")});
    let _ = app
        .post("/api/auth/reset-password")
        .json(&body)
        .send()
        .await
        .expect(200);
}

/// What the sign-in offers as second factors, and its challenge.
async fn sign_in_with_new(app: &TestApp) -> (Value, String) {
    let answer = sign_in(app, EMAIL, NEW).send().await.expect(200);
    let pending = cookie_of(&answer, CHALLENGE_COOKIE).expect("a challenge");
    (answer.json()["twoFactorMethods"].clone(), pending)
}

async fn send(app: &TestApp, challenge: &str) -> Answer {
    with_challenge(app, SEND_OTP, challenge).json(&json!({})).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_reset_the_mailbox_is_not_the_second_factor_of_a_user_with_an_app() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let ada = enroll_again(&app, &token).await;
    reset(&app).await;

    let (methods, pending) = sign_in_with_new(&app).await;
    assert_eq!(methods, json!(["totp"]));
    assert_refused(&send(&app, &pending).await, 400, "OTP_NOT_ENABLED");
    assert_eq!(app.count_mails("two-factor-otp"), 0);
    let answer = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app)).send().await;
    let token = text(&answer.expect(200).json()["token"]);
    next_step(&app);

    // The user, who has shown the app, chooses a password that no mail has set.
    let body = json!({"currentPassword": NEW, "newPassword": PASSWORD});
    let _ = app
        .post("/api/auth/change-password")
        .cookie(&token)
        .json(&body)
        .send()
        .await
        .expect(200);
    let pending = challenge(&app, EMAIL).await;
    pass_by_mail(&app, &pending).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_an_app_has_no_other_second_factor_than_the_mailbox() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let token = show_mailed_code(&app, &token).await;
    assert!(is_live(&app, &token).await);
    reset(&app).await;
    let (methods, pending) = sign_in_with_new(&app).await;
    assert_eq!(methods, json!(["otp"]));
    pass_by_mail(&app, &pending).await;
}

/// A step-up in a session that is still open.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_gets_no_mailed_code_either() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let ada = enroll_again(&app, &token).await;
    app.change_user(&ada.token, |user| user.is_password_reset = true).await;
    let answer = app.post(SEND_OTP).cookie(&ada.token).json(&json!({})).send().await;
    assert_refused(&answer, 400, "OTP_NOT_ENABLED");
}
