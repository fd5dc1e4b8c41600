//! How often the operations may be called, and how they say so.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{
    CALLBACK, CHANGE_EMAIL, DELETE, EMAIL, OTHER, PASSWORD, SEND, UPDATE, assert_error, sign_up, start_with, verify,
};

async fn limited() -> TestApp {
    start_with(&[("RATE_LIMITS", "on")]).await
}

fn assert_too_many(answer: &Answer, seconds: &str) {
    assert_error(
        answer,
        429,
        "TOO_MANY_REQUESTS",
        "Too many requests. Please try again later.",
    );
    assert_eq!(answer.header("retry-after"), Some(seconds));
    assert_eq!(answer.header("x-retry-after"), Some(seconds));
}

/// From a client of its own.
fn from<'a>(app: &'a TestApp, client: usize, path: &str, body: &Value) -> TestRequest<'a> {
    app.post(path).from_ip(&format!("198.51.100.{client}")).json(body)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_ask_for_five_mails_a_minute() {
    let app = limited().await;
    let session = sign_up(&app, EMAIL).await;
    for mailbox in 0..3 {
        let _ = app
            .post(SEND)
            .json(&json!({"email": format!("{mailbox}@example.com")}))
            .send()
            .await
            .expect(200);
    }
    for mailbox in 3..5 {
        let body = json!({"newEmail": format!("{mailbox}@example.com")});
        let _ = app
            .post(CHANGE_EMAIL)
            .bearer(&session)
            .json(&body)
            .send()
            .await
            .expect(200);
    }
    assert_too_many(&app.post(SEND).json(&json!({"email": EMAIL})).send().await, "60");
    let body = json!({"newEmail": OTHER});
    assert_too_many(&app.post(CHANGE_EMAIL).bearer(&session).json(&body).send().await, "60");
    let request = app.post("/api/auth/forget-password").json(&json!({"email": EMAIL}));
    assert_too_many(&request.send().await, "60");
    app.clock.advance(SignedDuration::from_secs(60));
    let _ = app.post(SEND).json(&json!({"email": EMAIL})).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_five_mails_in_a_quarter_of_an_hour_over_all_clients_and_kinds() {
    let app = limited().await;
    sign_up(&app, EMAIL).await;
    let session = sign_up(&app, OTHER).await;
    app.aws.mailbox().clear();
    // The mail of the sign-up was the first one.
    for client in 0..2 {
        let _ = from(&app, client, SEND, &json!({"email": EMAIL}))
            .send()
            .await
            .expect(200);
    }
    let forgot = json!({"email": EMAIL});
    let _ = from(&app, 3, "/api/auth/forget-password", &forgot)
        .send()
        .await
        .expect(200);
    let change = json!({"newEmail": EMAIL});
    let _ = from(&app, 4, CHANGE_EMAIL, &change)
        .bearer(&session)
        .send()
        .await
        .expect(200);
    assert_too_many(&from(&app, 5, SEND, &json!({"email": EMAIL})).send().await, "900");
    assert_too_many(
        &from(&app, 6, CHANGE_EMAIL, &change).bearer(&session).send().await,
        "900",
    );
    assert_too_many(&from(&app, 7, "/api/auth/forget-password", &forgot).send().await, "900");
    assert_eq!(
        (app.count_mails("verify-email"), app.count_mails("reset-password")),
        (2, 1)
    );
    app.clock.advance(SignedDuration::from_mins(15));
    let _ = from(&app, 5, SEND, &json!({"email": EMAIL})).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_present_five_refused_tokens_a_minute() {
    let app = limited().await;
    let session = sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    // A token that is accepted is no attempt.
    for _ in 0..7 {
        let _ = verify(&app, &token).send().await.expect(200);
    }
    app.clock.advance(SignedDuration::from_hours(1));
    for _ in 0..4 {
        let _ = verify(&app, &token).send().await.expect(401);
    }
    let deletion = token.replace("vfy_", "del_");
    let path = format!("{CALLBACK}?token={deletion}");
    // What is no token is no attempt.
    let _ = app.get(&path).bearer(&session).send().await.expect(404);
    let _ = verify(&app, &token).send().await.expect(401);
    assert_too_many(&verify(&app, &token).send().await, "60");
    // With a callback, too: the browser may try again right here.
    let answer = app
        .get(&format!("{}?token={token}&callbackURL=/x", super::VERIFY))
        .send()
        .await;
    assert_too_many(&answer, "60");
    let _ = verify(&app, &token).from_ip("198.51.100.1").send().await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_try_five_deletions_a_minute_and_an_account_bears_seven() {
    let app = limited().await;
    let session = sign_up(&app, EMAIL).await;
    let wrong = json!({"password": "wrong"});
    for _ in 0..5 {
        let answer = from(&app, 0, DELETE, &wrong).bearer(&session).send().await;
        let _ = answer.expect(400);
    }
    assert_too_many(&from(&app, 0, DELETE, &wrong).bearer(&session).send().await, "60");
    for _ in 0..2 {
        let answer = from(&app, 1, DELETE, &wrong).bearer(&session).send().await;
        let _ = answer.expect(400);
    }
    let right = json!({"password": PASSWORD});
    assert_too_many(&from(&app, 3, DELETE, &right).bearer(&session).send().await, "301");
    app.clock.advance(SignedDuration::from_mins(6));
    let _ = from(&app, 3, DELETE, &right).bearer(&session).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_may_change_the_profile_a_hundred_times_a_minute() {
    let app = limited().await;
    let session = sign_up(&app, EMAIL).await;
    for client in 0..100 {
        let request = from(&app, client, UPDATE, &json!({"name": format!("Ada {client}")}));
        let _ = request.bearer(&session).send().await.expect(200);
    }
    let answer = from(&app, 100, UPDATE, &json!({"name": "Ada"}))
        .bearer(&session)
        .send()
        .await;
    assert_too_many(&answer, "60");
    assert_eq!(super::user_of(&app, &session).await["name"], "Ada 99");
}
