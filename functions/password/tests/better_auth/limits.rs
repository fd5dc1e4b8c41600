//! How often the operations may be called, and how they say so.

use jiff::SignedDuration;
use serde_json::json;
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{ASK, CHANGE, EMAIL, PASSWORD, RESET, SECOND, assert_error, reset, sign_up, start_with};

async fn limited() -> TestApp {
    start_with(&[("RATE_LIMITS", "on")]).await
}

fn ask<'a>(app: &'a TestApp, email: &str) -> TestRequest<'a> {
    app.post(ASK).json(&json!({"email": email}))
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

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_ask_for_five_mails_a_minute() {
    let app = limited().await;
    for mailbox in 0..5 {
        let _ = ask(&app, &format!("{mailbox}@example.com")).send().await.expect(200);
    }
    assert_too_many(&ask(&app, EMAIL).send().await, "60");
    // Under the other name of the operation, and in another contract, it is the same client.
    let request = app.post("/api/auth/forget-password").json(&json!({"email": EMAIL}));
    assert_too_many(&request.send().await, "60");
    let request = app.post("/auth/forgot-password").json(&json!({"email": EMAIL}));
    let _ = request.send().await.expect(429);
    // What the client says of its address is not believed.
    assert_too_many(
        &ask(&app, EMAIL).header("x-forwarded-for", "198.51.100.1").send().await,
        "60",
    );
    let _ = ask(&app, EMAIL).from_ip("198.51.100.1").send().await.expect(200);
    app.clock.advance(SignedDuration::from_secs(60));
    let _ = ask(&app, EMAIL).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_five_mails_in_a_quarter_of_an_hour_over_all_clients() {
    let app = limited().await;
    sign_up(&app, EMAIL).await;
    for email in [EMAIL, "nobody@example.com"] {
        for client in 0..5 {
            let _ = ask(&app, email)
                .from_ip(&format!("198.51.100.{client}"))
                .send()
                .await
                .expect(200);
        }
        assert_too_many(&ask(&app, email).from_ip("203.0.113.1").send().await, "900");
    }
    assert_eq!(app.count_mails("reset-password"), 5);
    app.clock.advance(SignedDuration::from_mins(15));
    let _ = ask(&app, EMAIL).from_ip("203.0.113.1").send().await.expect(200);
    assert_eq!(app.count_mails("reset-password"), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_present_five_tokens_a_minute() {
    let app = limited().await;
    sign_up(&app, EMAIL).await;
    let _ = ask(&app, EMAIL).send().await.expect(200);
    let token = app.mailed_token("reset-password");
    let _ = ask(&app, EMAIL).send().await.expect(200);
    let newer = app.mailed_token("reset-password");
    for _ in 0..5 {
        let _ = reset(&app, &token, SECOND).send().await.expect(400);
    }
    assert_too_many(&reset(&app, &token, SECOND).send().await, "60");
    let _ = reset(&app, &newer, SECOND)
        .from_ip("198.51.100.1")
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_look_at_five_tokens_a_minute() {
    let app = limited().await;
    sign_up(&app, EMAIL).await;
    let _ = ask(&app, EMAIL).send().await.expect(200);
    let token = app.mailed_token("reset-password");
    let path = format!("{RESET}/{token}?callbackURL=/reset");
    for _ in 0..5 {
        let _ = app.get(&path).send().await.expect(302);
    }
    // The browser may try again right here, so this is no answer for the callback.
    assert_too_many(&app.get(&path).send().await, "60");
    // Spending it is another matter.
    let _ = reset(&app, &token, SECOND).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_current_password_are_limited_across_clients() {
    let app = limited().await;
    let token = sign_up(&app, EMAIL).await;
    let change = |current: &str, client: usize| {
        let body = json!({"currentPassword": current, "newPassword": SECOND});
        let request = app.post(CHANGE).bearer(&token).json(&body);
        request.from_ip(&format!("198.51.100.{client}"))
    };
    for client in 0..7 {
        let _ = change("wrong", client).send().await.expect(400);
    }
    assert_too_many(&change(PASSWORD, 10).send().await, "301");
    app.clock.advance(SignedDuration::from_mins(6));
    let _ = change(PASSWORD, 10).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_change_passwords_five_times_a_minute() {
    let app = limited().await;
    let token = sign_up(&app, EMAIL).await;
    for (current, new) in [(PASSWORD, SECOND), (SECOND, PASSWORD)].into_iter().cycle().take(5) {
        let body = json!({"currentPassword": current, "newPassword": new});
        let _ = app.post(CHANGE).bearer(&token).json(&body).send().await.expect(200);
    }
    let body = json!({"currentPassword": SECOND, "newPassword": PASSWORD});
    assert_too_many(&app.post(CHANGE).bearer(&token).json(&body).send().await, "60");
}
