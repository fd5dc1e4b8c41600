//! What happens while AWS is down: an honest 503, and nothing half-written.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::json;
use shared::testkit::Answer;

use super::{
    CALLBACK, CHANGE_EMAIL, DELETE, EMAIL, OTHER, PASSWORD, SEND, UPDATE, VERIFY, ask_to_move, assert_error, is_live,
    sign_up, start_with, user_of, verify,
};

fn assert_unavailable(answer: &Answer) {
    assert_error(answer, 503, "SERVICE_UNAVAILABLE", "Service unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_nothing_happens_and_later_everything_can() {
    for mode in [Mode::Error, Mode::Throttle] {
        let app = start_with(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await;
        let session = sign_up(&app, EMAIL).await;
        let verification = app.mailed_token("verify-email");
        let change = ask_to_move(&app, &session, OTHER).await;
        let _ = app
            .post(DELETE)
            .bearer(&session)
            .json(&json!({}))
            .send()
            .await
            .expect(200);
        let deletion = app.mailed_token("delete-user");
        let before = user_of(&app, &session).await;
        app.aws.mailbox().clear();

        app.aws.faults().set(Service::DynamoDb, mode);
        for (path, body) in [
            (SEND, json!({"email": EMAIL})),
            (CHANGE_EMAIL, json!({"newEmail": OTHER})),
            (UPDATE, json!({"name": "Eve"})),
            (DELETE, json!({"password": PASSWORD})),
        ] {
            assert_unavailable(&app.post(path).cookie(&session).json(&body).send().await);
        }
        for token in [&verification, &change] {
            assert_unavailable(&verify(&app, token).send().await);
            // No answer for a callback: the browser may try again right here.
            let path = format!("{VERIFY}?token={token}&callbackURL=/x");
            assert_unavailable(&app.get(&path).send().await);
        }
        let path = format!("{CALLBACK}?token={deletion}&callbackURL=/x");
        assert_unavailable(&app.get(&path).cookie(&session).send().await);
        app.aws.faults().set(Service::DynamoDb, Mode::Off);

        app.deliver_mail().await;
        assert!(app.mails().is_empty());
        assert_eq!(user_of(&app, &session).await, before);
        let _ = verify(&app, &verification).send().await.expect(200);
        let _ = verify(&app, &change).send().await.expect(200);
        assert!(is_live(&app, &session).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ses_the_answers_are_the_same_and_the_mails_come_later() {
    let app = start_with(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    app.aws.mailbox().clear();
    app.aws.faults().set(Service::Ses, Mode::Error);
    let _ = app.post(SEND).json(&json!({"email": EMAIL})).send().await.expect(200);
    let change = json!({"newEmail": OTHER});
    let _ = app
        .post(CHANGE_EMAIL)
        .cookie(&session)
        .json(&change)
        .send()
        .await
        .expect(200);
    let _ = app
        .post(DELETE)
        .cookie(&session)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert!(app.mails().is_empty());
    app.aws.faults().set(Service::Ses, Mode::Off);
    app.clock.advance(SignedDuration::from_mins(1));
    app.deliver_due_mail().await;
    for kind in ["verify-email", "change-email", "delete-user"] {
        assert_eq!(app.count_mails(kind), 1);
    }
    for kind in ["verify-email", "change-email"] {
        let _ = verify(&app, &app.mailed_token(kind)).send().await.expect(200);
    }
    assert_eq!(user_of(&app, &session).await["email"], OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn kms_is_needed_for_no_more_than_a_jwt() {
    let app = start_with(&[("SIGN_IN_AFTER_VERIFICATION", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    app.aws.faults().set(Service::Kms, Mode::Error);
    let answer = verify(&app, &app.mailed_token("verify-email")).send().await.expect(200);
    assert_eq!((answer.cookies().len(), answer.usage.kms), (1, 0));
    let _ = app
        .post(DELETE)
        .cookie(&session)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
}
