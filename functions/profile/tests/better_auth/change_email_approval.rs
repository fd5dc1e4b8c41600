//! `POST /change-email` where the present address must approve the change (`APPROVE_EMAIL_CHANGES`).

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::testkit::better_auth::sign_up_verified;
use shared::testkit::race::exactly_one_wins;

use super::{
    CHANGE_EMAIL, EMAIL, OTHER, TestApp, VERIFY, ask_to_move, assert_error, location, sign_in, sign_up, start_with,
    user_of, verify,
};

const PAGE: &str = "/link/approve-email-change";

async fn start() -> TestApp {
    start_with(&[("APPROVE_EMAIL_CHANGES", "on")]).await
}

/// The token of the mail to the present address.
async fn ask_for_approval(app: &TestApp, session: &str, email: &str) -> String {
    let body = json!({"newEmail": email, "callbackURL": "/settings"});
    let answer = app
        .post(CHANGE_EMAIL)
        .bearer(session)
        .header("origin", "http://127.0.0.1:3000")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["status"], true);
    app.mailed_token("approve-email-change")
}

async fn assert_dead(app: &TestApp, token: &str) {
    assert_error(&verify(app, token).send().await, 401, "INVALID_TOKEN", "Invalid token");
    assert_eq!(app.count_mails("change-email"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_present_address_approves_before_the_new_one_confirms() {
    let app = start().await;
    let session = sign_up_verified(&app, EMAIL).await;
    app.aws.mailbox().clear();
    let token = ask_for_approval(&app, &session, OTHER).await;
    assert_eq!(app.last_mail("approve-email-change").to, [EMAIL]);
    assert_eq!(app.mails().len(), 1, "the new address gets no mail yet");
    let link = app.mailed_link("approve-email-change");
    assert!(
        link.starts_with("http://127.0.0.1:3000/link/approve-email-change?token=acm_"),
        "{link}"
    );

    let answer = verify(&app, &token).send().await.expect(200);
    let user = user_of(&app, &session).await;
    assert_eq!(answer.json(), json!({"status": true, "user": user}));
    assert!(answer.cookies().is_empty());
    assert_eq!(user["email"], EMAIL);
    assert_eq!(app.last_mail("change-email").to, [OTHER]);
    assert_error(
        &verify(&app, &token).send().await,
        401,
        "INVALID_TOKEN",
        "Invalid token",
    );
    assert_eq!(app.count_mails("change-email"), 1);

    let _ = verify(&app, &app.mailed_token("change-email")).send().await.expect(200);
    assert_eq!(user_of(&app, &session).await["email"], OTHER);
    assert_eq!(app.last_mail("email-changed").to, [EMAIL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callback_is_followed_after_each_step() {
    let app = start().await;
    let session = sign_up_verified(&app, EMAIL).await;
    let token = ask_for_approval(&app, &session, OTHER).await;
    let answer = app
        .get(&format!("{VERIFY}?token={token}&callbackURL=/settings"))
        .send()
        .await;
    assert_eq!(location(&answer), "/settings");
    assert!(app.mailed_link("change-email").ends_with("&callbackURL=%2Fsettings"));
    let answer = app
        .get(&format!("{VERIFY}?token={token}&callbackURL=/settings"))
        .send()
        .await;
    assert_eq!(location(&answer), "/settings?error=INVALID_TOKEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_verified_approves_nothing() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = ask_to_move(&app, &session, OTHER).await;
    assert_eq!(app.count_mails("approve-email-change"), 0);
    let _ = verify(&app, &token).send().await.expect(200);
    assert_eq!(user_of(&app, &session).await["email"], OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_address_gets_the_same_answers_and_no_mail() {
    let app = start().await;
    let session = sign_up_verified(&app, EMAIL).await;
    let free = ask_for_approval(&app, &session, "free@example.com").await;
    let free = verify(&app, &free).send().await.expect(200);
    assert_eq!(app.count_mails("change-email"), 1);
    let owner = sign_up(&app, OTHER).await;
    let token = ask_for_approval(&app, &session, OTHER).await;
    let approved = verify(&app, &token).send().await.expect(200);
    assert_eq!(approved.json(), free.json());
    assert_eq!(approved.usage.dynamodb, free.usage.dynamodb);
    assert_eq!(app.count_mails("change-email"), 1);
    assert_eq!(user_of(&app, &owner).await["email"], OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_ends_with_the_session_that_asked_and_with_all_sessions() {
    for path in ["sign-out", "revoke-sessions"] {
        let app = start().await;
        let session = sign_up_verified(&app, EMAIL).await;
        let token = ask_for_approval(&app, &session, OTHER).await;
        let request = app.post(&format!("/api/auth/{path}")).bearer(&session);
        let _ = request.json(&json!({})).send().await.expect(200);
        assert_dead(&app, &token).await;
    }
    let app = start().await;
    let session = sign_up_verified(&app, EMAIL).await;
    let token = ask_for_approval(&app, &session, OTHER).await;
    let second = sign_in(&app, EMAIL).await;
    let request = app.post("/api/auth/revoke-other-sessions").bearer(&second);
    let _ = request.json(&json!({})).send().await.expect(200);
    assert_dead(&app, &token).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_request_supersedes_an_older_one() {
    let app = start().await;
    let session = sign_up_verified(&app, EMAIL).await;
    let older = ask_for_approval(&app, &session, "third@example.com").await;
    let newer = ask_for_approval(&app, &session, OTHER).await;
    assert_dead(&app, &older).await;
    let _ = verify(&app, &newer).send().await.expect(200);
    assert_eq!(app.last_mail("change-email").to, [OTHER]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_does_not_approve_and_a_late_user_does_not_either() {
    let app = start().await;
    let session = sign_up_verified(&app, EMAIL).await;
    let strangers = sign_up(&app, "third@example.com").await;
    let token = ask_for_approval(&app, &session, OTHER).await;
    let answer = verify(&app, &token).cookie(&strangers).send().await;
    assert_error(&answer, 401, "INVALID_USER", "Invalid user");
    app.clock.advance(SignedDuration::from_hours(1));
    assert_error(
        &verify(&app, &token).send().await,
        401,
        "TOKEN_EXPIRED",
        "Token expired",
    );
    assert_eq!(app.count_mails("change-email"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_approvals_at_once_one_sends_a_mail() {
    let app = Arc::new(start().await);
    let session = sign_up_verified(&app, EMAIL).await;
    let token = ask_for_approval(&app, &session, OTHER).await;
    exactly_one_wins(&app, 200, &[401], move |app, _| verify(app, &token)).await;
    assert_eq!(app.count_mails("change-email"), 1);
}

/// A mail scanner opens the page; only a person submits its form.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_link_approves_when_its_form_is_submitted() {
    let app = start().await;
    let session = sign_up_verified(&app, EMAIL).await;
    let token = ask_for_approval(&app, &session, OTHER).await;
    let page = app
        .get(&format!("{PAGE}?token={token}"))
        .undocumented()
        .send()
        .await
        .expect(200);
    assert!(
        page.text().contains("action=\"/link/approve-email-change\""),
        "{}",
        page.text()
    );
    assert_eq!(app.count_mails("change-email"), 0);
    let form = |token: &str| {
        let request = app.post(PAGE).header("origin", "null");
        request
            .body("application/x-www-form-urlencoded", format!("token={token}"))
            .undocumented()
    };
    let done = form(&token).send().await.expect(200);
    assert!(done.text().contains("The new address is approved"), "{}", done.text());
    assert_eq!(app.last_mail("change-email").to, [OTHER]);
    let _ = form(&token).send().await.expect(400);
}
