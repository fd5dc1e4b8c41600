//! The mails that notify users of a change of their second factor.

use std::sync::Arc;

use serde_json::json;
use shared::testkit::TestApp;
use shared::testkit::race::{count, race};

use super::support::*;

const KIND: &str = "credential-changed";

/// The subject of the only notice since the last call.
fn notice(app: &TestApp) -> String {
    assert_eq!(app.count_mails(KIND), 1);
    let mail = app.last_mail(KIND);
    assert_eq!(mail.to, [EMAIL]);
    let text = mail.text.expect("a text");
    assert!(text.contains("Ada Lovelace") && text.contains("2026 at 12:"), "{text}");
    app.aws.mailbox().clear();
    mail.subject
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_the_second_factor_is_mailed() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    let ada = enroll_again(&app, &token).await;
    assert_eq!(notice(&app), "Two-factor authentication was turned on (Ostiary)");

    let pending = challenge(&app, EMAIL).await;
    let answer = show(&app, VERIFY_BACKUP, &pending, &ada.backup_codes[0]).send().await;
    let token = text(&answer.expect(200).json()["token"]);
    assert_eq!(notice(&app), "A backup code was used (Ostiary)");
    let spend = json!({"code": ada.backup_codes[1], "disableSession": true});
    let _ = app
        .post(VERIFY_BACKUP)
        .cookie(&token)
        .json(&spend)
        .send()
        .await
        .expect(200);
    assert_eq!(notice(&app), "A backup code was used (Ostiary)");

    let _ = with_password(&app, GENERATE, &token, PASSWORD).send().await.expect(200);
    assert_eq!(notice(&app), "New backup codes were created (Ostiary)");
    let off = with_password(&app, DISABLE, &token, PASSWORD).send().await.expect(200);
    let token = cookie_of(&off, SESSION_COOKIE).expect("a new token");
    assert_eq!(notice(&app), "Two-factor authentication was turned off (Ostiary)");

    let by_mail = json!({"password": PASSWORD, "method": "otp"});
    let on = app.post(ENABLE).cookie(&token).json(&by_mail).send().await.expect(200);
    let token = cookie_of(&on, SESSION_COOKIE).expect("a new token");
    assert_eq!(notice(&app), "Two-factor authentication was turned on (Ostiary)");
    let token = show_mailed_code(&app, &token).await;
    assert_eq!(app.count_mails(KIND), 0, "a code changes nothing");
    enroll_again(&app, &token).await;
    assert_eq!(notice(&app), "An authenticator app was added (Ostiary)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_change_is_not_mailed() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    app.aws.mailbox().clear();
    for path in [DISABLE, GENERATE] {
        let _ = with_password(&app, path, &ada.token, WRONG).send().await.expect(400);
    }
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_BACKUP, &pending, "wrong-wrong")
        .send()
        .await
        .expect(401);
    assert_eq!(app.count_mails(KIND), 0);
}

/// The mail is part of the commit that spends the code.
#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_uses_of_one_backup_code_one_is_mailed() {
    let app = Arc::new(start().await);
    let ada = enroll(&app, EMAIL).await;
    app.aws.mailbox().clear();
    let answers = race(&app, |_, app| {
        let spend = json!({"code": ada.backup_codes[0], "disableSession": true});
        let token = ada.token.clone();
        async move { app.post(VERIFY_BACKUP).cookie(&token).json(&spend).send().await }
    })
    .await;
    app.deliver_mail().await;
    assert_eq!((count(&answers, 200), app.count_mails(KIND)), (1, 1));
}
