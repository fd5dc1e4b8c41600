//! `POST` and `GET /v1/auth/verify-email`, and `POST /v1/auth/resend-verification`.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::UserStatus;
use shared::testkit::platform::{assert_error, assert_invalid, login, register};
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth};

use super::{EMAIL, OTHER, start, start_with};

const VERIFY: &str = "/v1/auth/verify-email";
const RESEND: &str = "/v1/auth/resend-verification";

async fn start_with_ada() -> TestApp {
    let app = start().await;
    let _ = register(&app, EMAIL).await.expect(201);
    app
}

async fn post(app: &TestApp, token: &str) -> Answer {
    app.post(VERIFY).json(&json!({"token": token})).send().await
}

async fn get(app: &TestApp, token: &str) -> Answer {
    app.get(&format!("{VERIFY}?token={token}")).send().await
}

async fn resend(app: &TestApp, email: &str) -> Answer {
    app.post(RESEND).json(&json!({"email": email})).send().await
}

fn assert_verified(answer: &Answer) {
    let expected = json!({"message": "Email verified successfully"});
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
    // A verification opens no session.
    assert!(answer.cookies().is_empty() && answer.header("set-auth-token").is_none());
}

fn assert_refused(answer: &Answer) {
    assert_error(answer, 400, "Invalid or expired verification token");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_forms_verify_the_address() {
    for by_query in [false, true] {
        let app = start_with_ada().await;
        let token = app.mailed_token("verify-email");
        let _ = login(&app, EMAIL, PASSWORD).await.expect(403);
        let answer = if by_query {
            get(&app, &token).await
        } else {
            post(&app, &token).await
        };
        assert_verified(&answer);
        let answer = login(&app, EMAIL, PASSWORD).await.expect(200);
        assert_eq!(answer.json()["user"]["verified"], true);
        // While the token lives, it says that the address is verified.
        assert_verified(&post(&app, &token).await);
        assert_verified(&get(&app, &token).await);
        app.clock.advance(SignedDuration::from_hours(24));
        assert_refused(&post(&app, &token).await);
    }
}

/// Mail scanners and previews send HEAD.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_request_verifies_nothing() {
    let app = start_with_ada().await;
    let path = format!("{VERIFY}?token={}", app.mailed_token("verify-email"));
    let _ = app.request("HEAD", &path).undocumented().send().await.expect(404);
    let _ = login(&app, EMAIL, PASSWORD).await.expect(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_tokens_verify_nothing() {
    let app = start_with_ada().await;
    let mailed = app.mailed_token("verify-email");
    let last = if mailed.ends_with('A') { "B" } else { "A" };
    for token in ["x", &mailed[1..], &format!("{}{last}", &mailed[..mailed.len() - 1])] {
        assert_refused(&post(&app, token).await);
        assert_refused(&get(&app, token).await);
    }
    assert_invalid(&post(&app, "").await, "token", "must have at least 1 characters");
    assert_invalid(&app.post(VERIFY).json(&json!({})).send().await, "token", "is required");
    assert_invalid(&app.get(VERIFY).send().await, "token", "is required");
    assert_invalid(
        &get(&app, &"x".repeat(1001)).await,
        "token",
        "must have at most 1000 characters",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_suspended_user_is_refused() {
    let app = start().await;
    let session = better_auth::sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    app.set_status(&session, UserStatus::Suspended).await;
    assert_refused(&post(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_is_sent_again_and_both_links_are_valid() {
    let app = start_with_ada().await;
    let first = app.mailed_token("verify-email");
    let _ = resend(&app, "ADA@example.com").await.expect(200);
    assert_eq!(app.count_mails("verify-email"), 2);
    assert_eq!(app.last_mail("verify-email").to, [EMAIL]);
    assert_ne!(app.mailed_token("verify-email"), first);
    assert_verified(&post(&app, &first).await);
    assert_verified(&post(&app, &app.mailed_token("verify-email")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_verified_and_unknown_addresses_are_answered_alike() {
    let settings = [("RATE_LIMITS", "on"), ("LIMIT_PLATFORM_AUTHENTICATION", "1000/60")];
    let app = start_with(&settings).await;
    let _ = register(&app, EMAIL).await.expect(201);
    let waiting = resend(&app, EMAIL).await.expect(200);
    assert_verified(&post(&app, &app.mailed_token("verify-email")).await);
    let verified = resend(&app, EMAIL).await.expect(200);
    let unknown = resend(&app, OTHER).await.expect(200);
    let seen: [(Value, u32); 3] = [waiting, verified, unknown].map(|answer| (answer.json(), answer.usage.dynamodb));
    assert!(seen.iter().all(|answer| *answer == seen[0]), "{seen:?}");
    // The registration, and the first repetition.
    assert_eq!(app.count_mails("verify-email"), 2);
    assert_invalid(&resend(&app, "ada").await, "email", "must be an email address");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_five_requests_in_a_minute() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let _ = register(&app, EMAIL).await.expect(201);
    let token = app.mailed_token("verify-email");
    let _ = post(&app, "x").await.expect(400);
    let _ = get(&app, "x").await.expect(400);
    let _ = resend(&app, EMAIL).await.expect(200);
    let _ = resend(&app, OTHER).await.expect(200);
    for answer in [
        post(&app, &token).await,
        get(&app, &token).await,
        resend(&app, EMAIL).await,
    ] {
        assert_eq!(answer.status.as_u16(), 429, "{}", answer.text());
    }
}
