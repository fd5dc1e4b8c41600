//! What happens while AWS is down: an honest 503, and nothing half-written.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::json;
use shared::testkit::Answer;

use super::support::*;

fn assert_unavailable(answer: &Answer) {
    assert_refused(answer, 503, "SERVICE_UNAVAILABLE");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_nothing_happens_and_later_everything_can() {
    for mode in [Mode::Error, Mode::Throttle] {
        let app = start().await;
        let ada = enroll(&app, EMAIL).await;
        let pending = challenge(&app, EMAIL).await;
        let code = ada.phone.code(&app);
        app.aws.faults().set(Service::DynamoDb, mode);
        for (path, code) in [
            (VERIFY_TOTP, code.as_str()),
            (VERIFY_BACKUP, &ada.backup_codes[0]),
            (SEND_OTP, ""),
        ] {
            assert_unavailable(&show(&app, path, &pending, code).send().await);
        }
        for path in [ENABLE, DISABLE, GENERATE, GET_URI] {
            assert_unavailable(&with_password(&app, path, &ada.token, PASSWORD).send().await);
        }
        app.aws.faults().set(Service::DynamoDb, Mode::Off);
        let _ = show(&app, VERIFY_TOTP, &pending, &code).send().await.expect(200);
        assert!(is_live(&app, &ada.token).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_kms_no_code_is_used_up() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let _ = with_challenge(&app, SEND_OTP, &pending)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let mailed = mailed_code(&app);
    app.aws.faults().set(Service::Kms, Mode::Error);
    for (path, code) in [
        (VERIFY_TOTP, ada.phone.code(&app)),
        (VERIFY_BACKUP, ada.backup_codes[0].clone()),
        (VERIFY_OTP, mailed.clone()),
    ] {
        assert_unavailable(&show(&app, path, &pending, &code).send().await);
    }
    for path in [GENERATE, GET_URI] {
        assert_unavailable(&with_password(&app, path, &ada.token, PASSWORD).send().await);
    }
    app.aws.faults().set(Service::Kms, Mode::Off);
    let _ = show(&app, VERIFY_OTP, &pending, &mailed).send().await.expect(200);
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
    let pending = challenge(&app, EMAIL).await;
    let _ = show(&app, VERIFY_BACKUP, &pending, &ada.backup_codes[0])
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_kms_nothing_is_enrolled_and_no_code_is_mailed_until_later() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    verify_email(&app).await;
    app.aws.faults().set(Service::Kms, Mode::Error);
    assert_unavailable(&with_password(&app, ENABLE, &token, PASSWORD).send().await);
    let _ = app
        .post(SEND_OTP)
        .cookie(&token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert_eq!(app.count_mails("two-factor-otp"), 0);
    app.aws.faults().set(Service::Kms, Mode::Off);
    let uri = with_password(&app, GET_URI, &token, PASSWORD).send().await;
    assert_refused(&uri, 400, "TOTP_NOT_ENABLED");
    app.clock.advance(SignedDuration::from_mins(1));
    app.deliver_due_mail().await;
    let code = json!({"code": mailed_code(&app)});
    let _ = app.post(VERIFY_OTP).cookie(&token).json(&code).send().await.expect(200);
}
