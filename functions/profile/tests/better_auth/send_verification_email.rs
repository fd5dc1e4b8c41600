//! `POST /send-verification-email`.

use serde_json::json;
use shared::testkit::TestApp;

use super::{APP, EMAIL, EVIL, OTHER, SEND, VERIFY, assert_error, is_verified, sign_up, start, start_with, verify};

/// A user who has not had the mail yet.
async fn unmailed() -> (TestApp, String) {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    app.aws.mailbox().clear();
    (app, session)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_is_sent_again_on_request() {
    let (app, session) = unmailed().await;
    for request in [app.post(SEND), app.post(SEND).cookie(&session)] {
        let body = json!({"email": "Ada@Example.com", "callbackURL": "/welcome"});
        let request = request.header("origin", "http://127.0.0.1:3000");
        let answer = request.json(&body).send().await.expect(200);
        assert_eq!(answer.json(), json!({"status": true}));
        assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
        let link = app.mailed_link("verify-email");
        assert!(
            link.starts_with("http://127.0.0.1:3000/link/verify-email?token=vfy_"),
            "{link}"
        );
        assert!(link.ends_with("&callbackURL=%2Fwelcome"), "{link}");
    }
    let _ = verify(&app, &app.mailed_token("verify-email")).send().await.expect(200);
    assert!(is_verified(&app, &session).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_session_all_addresses_are_indistinguishable() {
    for limits in ["off", "on"] {
        let app = start_with(&[("RATE_LIMITS", limits)]).await;
        sign_up(&app, EMAIL).await;
        let session = sign_up(&app, OTHER).await;
        let _ = verify(&app, &app.mailed_token("verify-email")).send().await.expect(200);
        assert!(is_verified(&app, &session).await);
        app.aws.mailbox().clear();
        let mut answers = Vec::new();
        for email in [EMAIL, OTHER, "nobody@example.com"] {
            // A long one, so that what is written takes more than the least unit.
            let body = json!({"email": email, "callbackURL": format!("/{}", "x".repeat(2000))});
            let request = app
                .post(SEND)
                .header("origin", "http://127.0.0.1:3000")
                .from_ip("192.0.2.9");
            let answer = request.json(&body).send().await.expect(200);
            answers.push((answer.headers.clone(), answer.json(), answer.usage));
        }
        assert_eq!((&answers[0], &answers[0]), (&answers[1], &answers[2]));
        // Only who has something to verify hears of it.
        let to: Vec<_> = app.mails().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(to, [EMAIL]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_in_user_learns_about_their_own_address_only() {
    let (app, session) = unmailed().await;
    for email in [OTHER, "nobody@example.com"] {
        let answer = app
            .post(SEND)
            .cookie(&session)
            .json(&json!({"email": email}))
            .send()
            .await;
        assert_error(&answer, 400, "EMAIL_MISMATCH", "Email mismatch");
    }
    let _ = app.post(SEND).json(&json!({"email": EMAIL})).send().await.expect(200);
    let _ = verify(&app, &app.mailed_token("verify-email")).send().await.expect(200);
    let answer = app
        .post(SEND)
        .cookie(&session)
        .json(&json!({"email": EMAIL}))
        .send()
        .await;
    assert_error(&answer, 400, "EMAIL_ALREADY_VERIFIED", "Email is already verified");
    assert_eq!(app.count_mails("verify-email"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_sign_in_gets_no_mail() {
    let (app, session) = unmailed().await;
    app.set_status(&session, shared::domain::UserStatus::Suspended).await;
    let _ = app.post(SEND).json(&json!({"email": EMAIL})).send().await.expect(200);
    assert!(app.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_is_sent_on_sign_up_where_the_configuration_says_so_and_this_one_still_is() {
    let app = start_with(&[("SEND_VERIFICATION_ON_SIGN_UP", "off")]).await;
    sign_up(&app, EMAIL).await;
    assert!(app.mails().is_empty());
    let _ = app.post(SEND).json(&json!({"email": EMAIL})).send().await.expect(200);
    assert_eq!(app.count_mails("verify-email"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untrusted_callback_and_what_is_no_address_are_refused() {
    let (app, _) = unmailed().await;
    for evil in EVIL {
        let body = json!({"email": EMAIL, "callbackURL": evil});
        let answer = app.post(SEND).json(&body).send().await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
        assert_eq!(answer.usage.dynamodb, 0);
    }
    let answer = app.post(SEND).json(&json!({"email": "ada"})).send().await;
    assert_error(&answer, 400, "VALIDATION_ERROR", "[body.email] Invalid email address");
    let answer = app.post(SEND).json(&json!({"callbackURL": 1})).send().await.expect(400);
    assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    assert!(app.mails().is_empty());
    // A missing or empty callback is none.
    for body in [
        json!({"email": EMAIL, "callbackURL": null}),
        json!({"email": EMAIL, "callbackURL": ""}),
    ] {
        let _ = app.post(SEND).json(&body).send().await.expect(200);
        assert!(!app.mailed_link("verify-email").contains("callbackURL"));
    }
    let body = json!({"email": EMAIL, "callbackURL": format!("{APP}/x")});
    let _ = app.post(SEND).json(&body).send().await.expect(200);
    assert!(
        app.mailed_link("verify-email")
            .ends_with("&callbackURL=https%3A%2F%2Fapp.example.com%2Fx")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_is_for_the_page_and_the_documented_operation_alike() {
    let app = start().await;
    sign_up(&app, EMAIL).await;
    let link = app.mailed_link("verify-email");
    let documented = link.replace("http://127.0.0.1:3000/link/verify-email", VERIFY);
    let _ = app.get(&documented).send().await.expect(200);
}
