//! A user who is deactivated in an account signs in by no contract, and no token of a mail changes that.

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::testkit::accounts::{assert_error, data, login, refresh, validate};
use shared::testkit::{PASSWORD, TestApp, basic, better_auth, teams, text};

use super::{EMAIL, STRONG, post};
use crate::start;

async fn assert_shut_out(app: &TestApp, password: &str) {
    let answer = login(app, EMAIL, password).await;
    assert_error(&answer, 403, "USER_INACTIVE", "The user is not active");
    let _ = teams::sign_in(app, EMAIL, password).await.expect(400);
    let _ = better_auth::try_sign_in(app, EMAIL, password).await.expect(403);
    let answer = basic::login(app, EMAIL, password).await;
    assert!(answer.status.is_client_error(), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inactive_user_signs_in_by_no_contract() {
    let app = start().await;
    teams::sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let now = app.clock.now();
    app.change_user_of(EMAIL, |user| user.email_verified_at = Some(now))
        .await;
    let session = data(&login(&app, EMAIL, PASSWORD).await);
    let email = json!({"email": EMAIL});
    let _ = post(&app, "forgot-password", &email).send().await.expect(200);
    let token = app.mailed_token("reset-password");
    for status in [UserStatus::Inactive, UserStatus::Suspended] {
        app.change_user_of(EMAIL, |user| user.status = status).await;
        assert_shut_out(&app, PASSWORD).await;
        assert!(!better_auth::is_live(&app, &text(&session["accessToken"])).await);
        let _ = refresh(&app, &session["refreshToken"]).await.expect(401);
        let _ = validate(&app, &session["accessToken"], "access").await.expect(401);
        let body = json!({"token": token, "newPassword": STRONG});
        let answer = post(&app, "reset-password", &body).send().await;
        assert_error(&answer, 403, "USER_INACTIVE", "The user is not active");
        let answer = post(&app, "verify-email", &json!({"token": verification})).send().await;
        assert_error(&answer, 400, "INVALID_TOKEN", "The token is not valid");
        let _ = post(&app, "forgot-password", &email).send().await.expect(200);
        assert_shut_out(&app, PASSWORD).await;
    }
    assert_eq!(app.count_mails("reset-password"), 1);
    app.change_user_of(EMAIL, |user| user.status = UserStatus::Active).await;
    let body = json!({"token": token, "newPassword": STRONG});
    let _ = post(&app, "reset-password", &body).send().await.expect(200);
    let _ = login(&app, EMAIL, STRONG).await.expect(200);
}
