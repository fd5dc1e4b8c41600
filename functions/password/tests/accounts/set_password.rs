//! `POST /auth/set-password`: the first password of an invited user, or of one who has verified the address.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::testkit::accounts::{assert_error, data, login};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{PASSWORD, TestApp, TestRequest, better_auth, teams};

use super::{EMAIL, STRONG, WEAK, assert_weak, await_password, mailed_token, post, start_with};
use crate::start;

const KIND: &str = "account-invitation";

fn set<'a>(app: &'a TestApp, email: &str, token: &str, password: &str) -> TestRequest<'a> {
    post(
        app,
        "set-password",
        &json!({"email": email, "token": token, "password": password}),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_user_becomes_active_and_verified() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    let known = app.user_of(EMAIL).await;
    let refused = login(&app, EMAIL, STRONG).await;
    assert_error(&refused, 401, "INVALID_CREDENTIALS", "Email or password is wrong");
    let answer = set(&app, "ADA@example.com", &token, STRONG).send().await;
    assert!(answer.device_cookie().is_some() && answer.cookies().is_empty());
    assert_eq!(
        data(&answer),
        json!({"user": {
            "id": known.id.to_string(), "userId": known.number.0, "email": EMAIL, "name": "Ada Lovelace", "role": "ADMIN",
            "accountId": known.memberships[0].organization_number.0, "activationStatus": "ACTIVE",
        }})
    );
    let user = data(&login(&app, EMAIL, STRONG).await)["user"].clone();
    assert_eq!(user["emailVerified"], "2026-01-31T12:00:00Z");
    let _ = teams::sign_in(&app, EMAIL, STRONG).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_set_once() {
    let app = start_with(UserStatus::Invited).await;
    let older = mailed_token(&app, KIND).await;
    let token = mailed_token(&app, KIND).await;
    let _ = set(&app, EMAIL, &token, STRONG).send().await.expect(200);
    let answer = set(&app, EMAIL, &token, PASSWORD).send().await;
    assert_eq!(answer.status, 400, "the password is weak");
    let other = "Eight bridges, 2 rivers";
    let answer = set(&app, EMAIL, &token, other).send().await;
    assert_error(&answer, 409, "ALREADY_USED", "The token was used before");
    let answer = set(&app, EMAIL, &older, other).send().await;
    assert_error(&answer, 409, "CONFLICT", "The user has a password already");
    let _ = login(&app, EMAIL, STRONG).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_belongs_to_the_address() {
    let app = start_with(UserStatus::Invited).await;
    await_password(&app, "grace@example.com", UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    for email in ["grace@example.com", "nobody@example.com"] {
        let answer = set(&app, email, &token, STRONG).send().await;
        let message = "The token does not belong to the email address";
        assert_error(&answer, 403, "FORBIDDEN", message);
    }
    let _ = set(&app, EMAIL, &token, STRONG).send().await.expect(200);
    assert_eq!(app.user_of("grace@example.com").await.status, UserStatus::Invited);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_and_an_unknown_token_are_told_apart() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    app.clock.advance(SignedDuration::from_hours(48));
    let answer = set(&app, EMAIL, &token, STRONG).send().await;
    assert_error(&answer, 410, "TOKEN_EXPIRED", "The token has expired");
    // The token of another purpose does not set a first password here: the document has it go to verify-email first.
    app.change_user_of(EMAIL, |user| user.status = UserStatus::Pending)
        .await;
    let verifying = mailed_token(&app, "activate-account").await;
    for wrong in [&verifying, "eyJhbGciOi.x.y", &token[..30]] {
        let answer = set(&app, EMAIL, wrong, STRONG).send().await;
        assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_a_role_has_no_account() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    let memberships = app.user_of(EMAIL).await.memberships;
    app.change_user_of(EMAIL, |user| user.memberships.clear()).await;
    let answer = set(&app, EMAIL, &token, STRONG).send().await;
    assert_error(&answer, 404, "NOT_FOUND", "The user has no role in an account");
    app.change_user_of(EMAIL, |user| {
        user.memberships = memberships;
        user.memberships[0].suspended = true;
    })
    .await;
    let answer = set(&app, EMAIL, &token, STRONG).send().await;
    assert_error(&answer, 403, "ACCOUNT_INACTIVE", "The account is not active");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weak_password_is_named_and_leaves_the_token_as_it_is() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    for (password, message) in WEAK {
        assert_weak(&set(&app, EMAIL, &token, password).send().await, "password", message);
    }
    let _ = set(&app, EMAIL, &token, STRONG).send().await.expect(200);
}

/// A user who came from a provider, say: a password is a further method of sign-in, so sessions from before end.
#[tokio::test(flavor = "multi_thread")]
async fn an_active_user_without_a_password_is_told_of_it_and_signed_out() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    let now = app.clock.now();
    app.change_user_of(EMAIL, |user| {
        user.status = UserStatus::Active;
        user.email_verified_at = Some(now);
    })
    .await;
    let generation = app.user_of(EMAIL).await.session_generation;
    let _ = set(&app, EMAIL, &token, STRONG).send().await.expect(200);
    assert_eq!(app.count_mails("password-changed"), 1);
    assert_eq!(app.user_of(EMAIL).await.session_generation, generation + 1);
}

/// Another person may have signed up with the address, and prepared other methods of sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_of_an_active_user_is_left_to_a_reset() {
    let app = start_with(UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    app.change_user_of(EMAIL, |user| user.status = UserStatus::Active).await;
    let answer = set(&app, EMAIL, &token, STRONG).send().await;
    assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
    // Except when an administrator has created the account.
    app.change_user_of(EMAIL, |user| user.is_provisioned = true).await;
    let _ = set(&app, EMAIL, &token, STRONG).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_wins() {
    let app = Arc::new(start_with(UserStatus::Invited).await);
    let token = mailed_token(&app, KIND).await;
    let outcome = exactly_one_wins(&app, 200, &[409], move |app, number| {
        set(app, EMAIL, &token, &format!("Seven bridges, {number} rivers"))
    })
    .await;
    let password = format!("Seven bridges, {} rivers", outcome.winner);
    let _ = login(&app, EMAIL, &password).await.expect(200);
    // With tokens of several mails, too.
    let app = Arc::new(start_with(UserStatus::Invited).await);
    let mut tokens = Vec::new();
    for _ in 0..16 {
        tokens.push(mailed_token(&app, KIND).await);
    }
    let _ = exactly_one_wins(&app, 200, &[409], move |app, number| {
        set(app, EMAIL, &tokens[number], STRONG)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_four_calls_and_guesses_are_limited() {
    let app = crate::start_with(&[("RATE_LIMITS", "on")]).await;
    await_password(&app, EMAIL, UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    let answer = set(&app, EMAIL, &token, STRONG).send().await.expect(200);
    assert_eq!(answer.usage.dynamodb, 4);
    for _ in 0..5 {
        let _ = set(&app, EMAIL, &token, STRONG).send().await.expect(409);
    }
    let answer = set(&app, EMAIL, &token, STRONG).send().await.expect(429);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_an_administrator_or_a_reset_has_set_is_not_replaced() {
    let app = start().await;
    await_password(&app, EMAIL, UserStatus::Invited).await;
    let token = mailed_token(&app, KIND).await;
    app.change_user_of(EMAIL, |user| user.status = UserStatus::Active).await;
    let body = json!({"email": EMAIL});
    let _ = app
        .post("/api/auth/forget-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    let body = json!({"token": app.mailed_token("reset-password"), "newPassword": PASSWORD});
    let _ = app
        .post("/api/auth/reset-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    let answer = set(&app, EMAIL, &token, STRONG).send().await;
    assert_error(&answer, 409, "CONFLICT", "The user has a password already");
    assert!(better_auth::try_sign_in(&app, EMAIL, PASSWORD).await.status == 200);
}
