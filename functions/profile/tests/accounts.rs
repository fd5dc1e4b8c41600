//! The `accounts` contract on the wire: `POST /auth/verify-email`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::{User, UserStatus};
use shared::store::Changes;
use shared::testkit::accounts::{assert_error, data, login};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{PASSWORD, TestApp, TestRequest, better_auth, teams};

use crate::{start, start_with};

const EMAIL: &str = "ada@example.com";
/// A password of four classes.
const STRONG: &str = "Seven bridges, 1 river";

/// The token of the mail that a new user gets, who owns an account.
async fn sign_up(app: &TestApp) -> String {
    teams::sign_up(app, EMAIL).await;
    app.mailed_token("verify-email")
}

/// As the first administrator of an account is, or an invited user.
async fn without_password(app: &TestApp, status: UserStatus) {
    app.change_user_of(EMAIL, |user| user.status = status).await;
    let id = app.user_of(EMAIL).await.id;
    let committed = app.core().store.commit(Changes::new().delete_password(id)).await;
    committed.expect("a commit");
}

fn verify<'a>(app: &'a TestApp, token: &str) -> TestRequest<'a> {
    app.post("/accounts/v1/auth/verify-email")
        .json(&json!({"token": token}))
}

fn summary(user: &User, status: &str) -> Value {
    json!({
        "id": user.id.to_string(), "userId": user.number.0, "email": EMAIL, "name": "Ada Lovelace", "role": "ADMIN",
        "accountId": user.memberships[0].organization_number.0, "activationStatus": status,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_with_a_password_is_active_once_the_address_is_verified() {
    let app = start().await;
    let token = sign_up(&app).await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    assert_error(&answer, 403, "EMAIL_NOT_VERIFIED", "The email address is not verified");
    let answer = verify(&app, &token).send().await;
    assert!(answer.cookies().is_empty());
    let expected = json!({
        "user": summary(&app.user_of(EMAIL).await, "ACTIVE"),
        "emailVerified": "2026-01-31T12:00:00Z",
        "passwordSetupToken": null,
    });
    assert_eq!(data(&answer), expected);
    let _ = login(&app, EMAIL, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_password_gets_a_token_that_sets_one() {
    for (status, shown) in [
        (UserStatus::Pending, "PENDING_ACCOUNT_CREATION"),
        (UserStatus::Invited, "INVITED"),
    ] {
        let app = start().await;
        let token = sign_up(&app).await;
        without_password(&app, status.clone()).await;
        let verified = data(&verify(&app, &token).send().await);
        assert_eq!(verified["user"], summary(&app.user_of(EMAIL).await, shown));
        assert_eq!(app.user_of(EMAIL).await.status, status);
        // The token verifies nothing, and one of another purpose sets nothing.
        let setup = verified["passwordSetupToken"].as_str().expect("a token");
        let answer = verify(&app, setup).send().await;
        assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
        let set = |token: &str| {
            let body = json!({"email": EMAIL, "token": token, "password": STRONG});
            app.post("/accounts/v1/auth/set-password").json(&body)
        };
        let _ = set(&token).send().await.expect(400);
        let answer = set(setup).send().await;
        assert_eq!(data(&answer)["user"]["activationStatus"], "ACTIVE");
        let _ = login(&app, EMAIL, STRONG).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_an_expired_and_an_unknown_token_have_answers_of_their_own() {
    let app = start().await;
    let token = sign_up(&app).await;
    let body = json!({"email": EMAIL});
    let again = app.post("/api/auth/send-verification-email").json(&body).send().await;
    assert_eq!(again.status, 200);
    let second = app.mailed_token("verify-email");
    for wrong in ["eyJhbGciOi.x.y", &token[..30], "💥"] {
        let answer = verify(&app, wrong).send().await;
        assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
    }
    let _ = verify(&app, &second).send().await.expect(200);
    for used in [&token, &second] {
        let answer = verify(&app, used).send().await;
        assert_error(
            &answer,
            409,
            "ALREADY_VERIFIED",
            "The email address is verified already",
        );
    }
    app.change_user_of(EMAIL, |user| user.email_verified_at = None).await;
    app.clock.advance(SignedDuration::from_hours(1));
    let answer = verify(&app, &token).send().await;
    assert_error(&answer, 410, "TOKEN_EXPIRED", "The token has expired");
    let answer = app.post("/accounts/v1/auth/verify-email").json(&json!({})).send().await;
    assert_eq!(answer.expect(400).json()["data"]["errors"][0]["field"], "token");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_former_address_or_of_a_user_without_account_verifies_nothing() {
    let app = start().await;
    let token = sign_up(&app).await;
    app.change_user_of(EMAIL, |user| {
        user.email = "eve@example.com".parse().expect("an address");
    })
    .await;
    let answer = verify(&app, &token).send().await;
    assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
    app.change_user_of(EMAIL, |user| {
        user.email = EMAIL.parse().expect("an address");
        user.memberships.clear();
    })
    .await;
    let answer = verify(&app, &token).send().await;
    assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
    assert!(!app.user_of(EMAIL).await.is_email_verified());
    // Another contract needs no account.
    let path = format!("/api/auth/verify-email?token={token}");
    let _ = app.get(&path).send().await.expect(200);
    assert!(app.user_of(EMAIL).await.is_email_verified());
}

#[tokio::test(flavor = "multi_thread")]
async fn for_other_contracts_a_used_token_says_that_the_address_is_verified() {
    let app = start().await;
    let session = better_auth::sign_up(&app, EMAIL).await;
    let token = app.mailed_token("verify-email");
    app.change_user(&session, |user| user.email_verified_at = Some(user.created_at))
        .await;
    let path = format!("/api/auth/verify-email?token={token}");
    for _ in 0..2 {
        let _ = app.get(&path).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_wins() {
    let app = Arc::new(start().await);
    let token = sign_up(&app).await;
    without_password(&app, UserStatus::Pending).await;
    let outcome = exactly_one_wins(&app, 200, &[409], move |app, _| verify(app, &token)).await;
    let setup = data(&outcome.answers[outcome.winner])["passwordSetupToken"].clone();
    assert!(setup.is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_four_calls_and_guesses_are_limited() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let token = sign_up(&app).await;
    let answer = verify(&app, &token).send().await.expect(200);
    assert_eq!(answer.usage.dynamodb, 4);
    for _ in 0..5 {
        let _ = verify(&app, &token).send().await.expect(409);
    }
    let _ = verify(&app, &token).send().await.expect(429);
}
