//! `POST /admin/password/reset-request` and `/reset-confirm`.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::better_auth::sign_up;
use shared::testkit::platform::{admin_login, admin_refresh, create_admin};
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest, race};

use super::{NEW_PASSWORD, OTHER, ROOT, assert_refused, is_live, logged_in, start};

pub async fn request(app: &TestApp, email: &str) -> Answer {
    let body = json!({"email": email});
    app.post("/v1/admin/password/reset-request").json(&body).send().await
}

fn confirm<'a>(app: &'a TestApp, token: &str, new: &str) -> TestRequest<'a> {
    let body = json!({"token": token, "newPassword": new, "confirmPassword": new});
    app.post("/v1/admin/password/reset-confirm").json(&body)
}

async fn mailed(app: &TestApp) -> String {
    let _ = request(app, ROOT).await.expect(200);
    app.mailed_token("reset-password")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_sets_a_new_password_and_ends_every_session() {
    let app = start().await;
    let tokens = logged_in(&app).await;
    let token = mailed(&app).await;
    assert!(
        app.mailed_link("reset-password")
            .contains("/link/reset-admin-password?")
    );
    let answer = confirm(&app, &token, NEW_PASSWORD).send().await.expect(200);
    assert_eq!(answer.json(), json!({"message": "Password reset successfully"}));
    assert!(!is_live(&app, tokens["accessToken"].as_str().expect("a token")).await);
    let _ = admin_refresh(&app, &tokens["refreshToken"]).await.expect(401);
    let _ = admin_login(&app, ROOT, PASSWORD).await.expect(401);
    let _ = admin_login(&app, ROOT, NEW_PASSWORD).await.expect(200);
    assert_eq!(app.last_mail("password-changed").to, [ROOT]);
    assert_refused(
        &confirm(&app, &token, NEW_PASSWORD).send().await,
        400,
        "Invalid or expired token",
        None,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    let app = start().await;
    create_admin(&app, ROOT).await;
    sign_up(&app, OTHER).await;
    let before = app.mails().len();
    let unknown = request(&app, OTHER).await.expect(200);
    assert_eq!(app.mails().len(), before, "a user is no administrator");
    let known = request(&app, ROOT).await.expect(200);
    assert_eq!(app.mails().len(), before + 1);
    assert_eq!(
        (known.json(), known.usage.dynamodb),
        (unknown.json(), unknown.usage.dynamodb)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_does_not_consume_the_token() {
    let app = start().await;
    create_admin(&app, ROOT).await;
    let token = mailed(&app).await;
    let answer = confirm(&app, &token, "password1").send().await.expect(400);
    assert_eq!(answer.json()["details"][0]["field"], "newPassword");
    let body = json!({"token": token, "newPassword": NEW_PASSWORD, "confirmPassword": "another"});
    let answer = app
        .post("/v1/admin/password/reset-confirm")
        .json(&body)
        .send()
        .await
        .expect(400);
    assert_eq!(answer.json()["details"][0]["field"], "confirmPassword");
    let _ = confirm(&app, &token, NEW_PASSWORD).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superseded_expired_or_foreign_token_is_refused() {
    let app = start().await;
    create_admin(&app, ROOT).await;
    let first = mailed(&app).await;
    let second = mailed(&app).await;
    // The token of the user with the same address is for the user.
    let body = json!({"email": ROOT});
    let _ = app
        .post("/api/auth/request-password-reset")
        .json(&body)
        .undocumented()
        .send()
        .await;
    for token in [first.as_str(), "x", &format!("rst{}", &second[3..])] {
        let refused = confirm(&app, token, NEW_PASSWORD).send().await;
        assert_refused(&refused, 400, "Invalid or expired token", None);
    }
    app.clock.advance(SignedDuration::from_hours(1));
    let refused = confirm(&app, &second, NEW_PASSWORD).send().await;
    assert_refused(&refused, 400, "Invalid or expired token", None);
    let _ = admin_login(&app, ROOT, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_uses_of_one_token_one_succeeds() {
    let app = Arc::new(start().await);
    create_admin(&app, ROOT).await;
    let token = mailed(&app).await;
    let outcome = race::exactly_one_wins(&app, 200, &[400], move |app, number| {
        confirm(app, &token, &format!("{NEW_PASSWORD} {number}"))
    })
    .await;
    let new = format!("{NEW_PASSWORD} {}", outcome.winner);
    let _ = admin_login(&app, ROOT, &new).await.expect(200);
}

/// A user whom an operator has made an administrator chooses the first password in this way.
#[tokio::test(flavor = "multi_thread")]
async fn a_granted_administrator_sets_the_first_password() {
    let app = start().await;
    let session = sign_up(&app, ROOT).await;
    let now = shared::clock::Clock::now(&*app.clock);
    app.change_user(&session, |user| user.email_verified_at = Some(now))
        .await;
    let email = shared::domain::EmailAddress::parse(ROOT).expect("an address");
    app.core().grant_admin(&email, now).await.expect("a grant");
    let _ = admin_login(&app, ROOT, PASSWORD).await.expect(401);
    let _ = confirm(&app, &mailed(&app).await, NEW_PASSWORD)
        .send()
        .await
        .expect(200);
    let body: Value = admin_login(&app, ROOT, NEW_PASSWORD).await.expect(200).json();
    assert_eq!(body["admin"]["email"], ROOT);
}
