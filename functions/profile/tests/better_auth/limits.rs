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
async fn each_kind_of_mail_has_five_requests_in_a_quarter_of_an_hour_over_all_clients() {
    let app = limited().await;
    let own = sign_up(&app, EMAIL).await;
    let session = sign_up(&app, OTHER).await;
    app.aws.mailbox().clear();
    let ask = json!({"email": EMAIL});
    let change = json!({"newEmail": EMAIL});
    for client in 0..5 {
        let _ = from(&app, client, SEND, &ask).send().await.expect(200);
        let moved = from(&app, client, CHANGE_EMAIL, &change).bearer(&session);
        let _ = moved.send().await.expect(200);
    }
    assert_too_many(&from(&app, 5, SEND, &ask).send().await, "900");
    assert_too_many(
        &from(&app, 6, CHANGE_EMAIL, &change).bearer(&session).send().await,
        "900",
    );
    let reset = from(&app, 7, "/api/auth/forget-password", &ask).send().await;
    let _ = reset.expect(200);
    // The mail of the sign-up was the first one that counts against the mailbox.
    assert_eq!(
        (app.count_mails("verify-email"), app.count_mails("reset-password")),
        (4, 1)
    );
    // The signed-in owner has requests that no stranger uses up; the mailbox has no room for the mail.
    let _ = from(&app, 8, SEND, &ask).bearer(&own).send().await.expect(200);
    assert_eq!(app.count_mails("verify-email"), 4);
    app.clock.advance(SignedDuration::from_mins(15));
    let _ = from(&app, 5, SEND, &ask).send().await.expect(200);
    assert_eq!(app.count_mails("verify-email"), 5);
}

/// A refused request sends no mail, and must not use up those of the owner.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_does_not_count_against_the_address() {
    let app = limited().await;
    sign_up(&app, EMAIL).await;
    let session = sign_up(&app, OTHER).await;
    let _ = verify(&app, &app.mailed_token("verify-email")).send().await.expect(200);
    app.aws.mailbox().clear();
    for client in 0..6 {
        for email in [EMAIL, OTHER] {
            let request = from(&app, client, SEND, &json!({"email": email})).bearer(&session);
            let _ = request.send().await.expect(400);
        }
        let same = json!({"newEmail": OTHER});
        let _ = from(&app, client, CHANGE_EMAIL, &same)
            .bearer(&session)
            .send()
            .await
            .expect(400);
    }
    let _ = from(&app, 7, SEND, &json!({"email": EMAIL})).send().await.expect(200);
    assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
    let _ = from(&app, 8, SEND, &json!({"email": OTHER})).send().await.expect(200);
    let elsewhere = json!({"newEmail": "grace@elsewhere.example"});
    let _ = from(&app, 9, CHANGE_EMAIL, &elsewhere)
        .bearer(&session)
        .send()
        .await
        .expect(200);
    assert_eq!(app.last_mail("change-email").to, ["grace@elsewhere.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_five_mails_of_address_changes_whatever_the_tag_and_the_user() {
    let app = limited().await;
    for user in 0..3 {
        app.clock.advance(SignedDuration::from_mins(1));
        let session = sign_up(&app, &format!("user-{user}@example.org")).await;
        for tag in 0..3 {
            let body = json!({"newEmail": format!("ada+{user}{tag}@example.com")});
            let request = from(&app, 10 * user + tag, CHANGE_EMAIL, &body).bearer(&session);
            let _ = request.send().await.expect(200);
        }
    }
    assert_eq!(app.count_mails("change-email"), 5);
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
