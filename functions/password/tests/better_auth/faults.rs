//! What happens while AWS is down: an honest 503, and nothing half-written.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::json;
use shared::testkit::Answer;

use super::{
    ASK, CHANGE, EMAIL, PASSWORD, RESET, SECOND, assert_error, assert_password, is_live, reset, reset_token, sign_up,
    start,
};

fn assert_unavailable(answer: &Answer) {
    assert_error(answer, 503, "SERVICE_UNAVAILABLE", "Service unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_nothing_happens_and_later_everything_can() {
    for mode in [Mode::Error, Mode::Throttle] {
        let app = start().await;
        let session = sign_up(&app, EMAIL).await;
        let token = reset_token(&app, EMAIL).await;
        let change = json!({"currentPassword": PASSWORD, "newPassword": SECOND, "revokeOtherSessions": true});
        let callback = format!("{RESET}/{token}?callbackURL=https://app.example.com/reset");
        app.aws.mailbox().clear();

        app.aws.faults().set(Service::DynamoDb, mode);
        assert_unavailable(&app.post(ASK).json(&json!({"email": EMAIL})).send().await);
        assert_unavailable(&reset(&app, &token, SECOND).send().await);
        assert_unavailable(&app.get(&callback).send().await);
        assert_unavailable(&app.post(CHANGE).cookie(&session).json(&change).send().await);
        app.aws.faults().set(Service::DynamoDb, Mode::Off);

        app.deliver_mail().await;
        assert!(app.mails().is_empty());
        assert!(is_live(&app, &session).await);
        assert_password(&app, EMAIL, PASSWORD, SECOND).await;
        let _ = reset(&app, &token, SECOND).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ses_the_answer_is_the_same_and_the_mail_comes_later() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    app.aws.faults().set(Service::Ses, Mode::Error);
    let answer = app.post(ASK).json(&json!({"email": EMAIL})).send().await.expect(200);
    assert_eq!((answer.usage.ses, app.count_mails("reset-password")), (0, 0));
    app.aws.faults().set(Service::Ses, Mode::Off);
    app.clock.advance(SignedDuration::from_mins(1));
    app.deliver_due_mail().await;
    assert_eq!(app.count_mails("reset-password"), 1);
    let token = app.mailed_token("reset-password");
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn kms_is_not_needed() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    app.aws.faults().set(Service::Kms, Mode::Error);
    let token = reset_token(&app, EMAIL).await;
    let change = json!({"currentPassword": PASSWORD, "newPassword": SECOND});
    let _ = app.post(CHANGE).cookie(&session).json(&change).send().await.expect(200);
    let _ = reset(&app, &token, SECOND).send().await.expect(400);
    let token = reset_token(&app, EMAIL).await;
    let _ = reset(&app, &token, PASSWORD).send().await.expect(200);
}
