//! How often the operations may be called, and how they say so.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::testkit::race::{CROWD, count, race};
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{ASK, CHANGE, EMAIL, OTHER, PASSWORD, RESET, SECOND, assert_error, reset, sign_up, start_with};

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
async fn an_address_gets_five_mails_in_a_quarter_of_an_hour_over_all_clients() {
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

/// Whatever a stranger requests for the mailbox, the owner gets the mail for the own address, verified or not.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_does_not_keep_an_owner_from_a_new_password() {
    for path in [ASK, "/api/auth/forget-password", "/auth/forgot-password"] {
        for verified in [true, false] {
            let app = limited().await;
            let session = sign_up(&app, EMAIL).await;
            if verified {
                app.change_user(&session, |user| user.email_verified_at = Some(user.created_at))
                    .await;
            }
            let stranger = sign_up(&app, OTHER).await;
            let post = |client: usize, path: &'static str, body: serde_json::Value| {
                app.post(path).from_ip(&format!("198.51.100.{client}")).json(&body)
            };
            for client in 0..8 {
                // The first has no account, the second gets one.
                let tagged = format!("ada+{client}@example.com");
                let _ = post(client, path, json!({"email": tagged})).send().await;
                let signed_up = shared::testkit::better_auth::account(&tagged);
                let _ = post(client, "/api/auth/sign-up/email", signed_up)
                    .send()
                    .await
                    .expect(200);
                // It is taken.
                let signed_up = shared::testkit::better_auth::account(EMAIL);
                let _ = post(client, "/api/auth/sign-up/email", signed_up)
                    .send()
                    .await
                    .expect(422);
                let verify = json!({"email": EMAIL});
                let _ = post(client, "/api/auth/send-verification-email", verify.clone())
                    .send()
                    .await;
                let _ = post(client, "/api/auth/send-verification-email", verify)
                    .bearer(&stranger)
                    .send()
                    .await;
                let moved = json!({"newEmail": EMAIL});
                let _ = post(client, "/api/auth/change-email", moved)
                    .bearer(&stranger)
                    .send()
                    .await;
            }
            let request = app.post(path).from_ip("203.0.113.1").json(&json!({"email": EMAIL}));
            let _ = request.send().await.expect(200);
            assert_eq!(app.last_mail("reset-password").to, [EMAIL], "{path}");
            // Of the other mails, those to the stranger excepted, no more than the limit were sent in each budget.
            let to_mailbox = app.mails().into_iter().filter(|mail| mail.to != [OTHER]).count();
            assert!(to_mailbox <= 6, "{to_mailbox}");
        }
    }
}

/// A stranger may sign up any number of addresses of one mailbox, which share the mails that they get.
#[tokio::test(flavor = "multi_thread")]
async fn resets_of_unverified_addresses_of_one_mailbox_share_its_mails() {
    let app = limited().await;
    for client in 0..4 {
        let email = format!("a.d.a+{client}@gmail.com");
        let signed_up = app
            .post("/api/auth/sign-up/email")
            .from_ip(&format!("198.51.100.{client}"));
        let signed_up = signed_up.json(&shared::testkit::better_auth::account(&email));
        let _ = signed_up.send().await.expect(200);
        let _ = ask(&app, &email)
            .from_ip(&format!("198.51.100.{client}"))
            .send()
            .await
            .expect(200);
    }
    assert_eq!(app.mails().len(), 5);
    // The address that is the mailbox itself, and a verified one, have their own.
    let own = sign_up(&app, "ada@gmail.com").await;
    let _ = ask(&app, "ada@gmail.com")
        .from_ip("203.0.113.1")
        .send()
        .await
        .expect(200);
    assert_eq!(app.last_mail("reset-password").to, ["ada@gmail.com"]);
    let dotted = sign_up(&app, "a.da@gmail.com").await;
    assert_ne!(own, dotted);
    app.change_user(&dotted, |user| user.email_verified_at = Some(user.created_at))
        .await;
    let _ = ask(&app, "a.da@gmail.com")
        .from_ip("203.0.113.1")
        .send()
        .await
        .expect(200);
    assert_eq!(app.last_mail("reset-password").to, ["a.da@gmail.com"]);
    assert_eq!(app.mails().len(), 7);
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
async fn a_client_may_look_at_five_refused_tokens_a_minute() {
    let app = limited().await;
    sign_up(&app, EMAIL).await;
    let _ = ask(&app, EMAIL).send().await.expect(200);
    let older = app.mailed_token("reset-password");
    let _ = ask(&app, EMAIL).send().await.expect(200);
    let token = app.mailed_token("reset-password");
    let path = |token: &str| format!("{RESET}/{token}?callbackURL=https://app.example.com/reset");
    // A token that is accepted is no attempt.
    for _ in 0..7 {
        let _ = app.get(&path(&token)).send().await.expect(302);
    }
    for _ in 0..5 {
        let _ = app.get(&path(&older)).send().await.expect(302);
    }
    // The browser may try again right here, so this is no answer for the callback.
    assert_too_many(&app.get(&path(&token)).send().await, "60");
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
async fn of_sixteen_guesses_at_once_no_more_than_the_limit_are_answered() {
    let app = Arc::new(limited().await);
    let token = sign_up(&app, EMAIL).await;
    let answers = race(&app, |client, app| {
        let token = token.clone();
        async move {
            let body = json!({"currentPassword": "wrong", "newPassword": SECOND});
            let request = app.post(CHANGE).bearer(&token).json(&body);
            request.from_ip(&format!("198.51.100.{client}")).send().await
        }
    })
    .await;
    assert_eq!((count(&answers, 400), count(&answers, 429)), (7, CROWD - 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_changes_passwords_as_often_as_it_likes_and_fails_five_times_a_minute() {
    let app = limited().await;
    let token = sign_up(&app, EMAIL).await;
    let change = |current: &str, new: &str| {
        let body = json!({"currentPassword": current, "newPassword": new});
        app.post(CHANGE).bearer(&token).json(&body)
    };
    for (current, new) in [(PASSWORD, SECOND), (SECOND, PASSWORD)].into_iter().cycle().take(8) {
        let _ = change(current, new).send().await.expect(200);
    }
    for _ in 0..5 {
        let _ = change("wrong", SECOND).send().await.expect(400);
    }
    assert_too_many(&change(PASSWORD, SECOND).send().await, "60");
}
