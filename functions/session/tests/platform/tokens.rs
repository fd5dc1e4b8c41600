//! `POST /v1/auth/refresh` and `POST /v1/auth/logout`.

use jiff::SignedDuration;
use serde_json::json;
use shared::testkit::platform::{assert_error, assert_invalid, assert_unauthorized, login, refresh, tokens_of};
use shared::testkit::{Answer, PASSWORD, TestApp, accounts, better_auth, teams};

use super::{EMAIL, start_with_ada};

fn assert_refused(answer: &Answer) {
    assert_error(answer, 401, "Invalid refresh token");
}

async fn logged_in(app: &TestApp) -> (String, String) {
    tokens_of(&login(app, EMAIL, PASSWORD).await.expect(200))
}

async fn logout(app: &TestApp, token: &str) -> Answer {
    app.post("/v1/auth/logout").bearer(token).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_is_replaced() {
    let app = start_with_ada().await;
    let (_, first) = logged_in(&app).await;
    let answer = refresh(&app, &first).await.expect(200);
    let (access, second) = tokens_of(&answer);
    assert_eq!(
        answer.json(),
        json!({"access_token": access, "refresh_token": second, "expires_in": 900})
    );
    assert_ne!(first, second);
    assert!(better_auth::is_live(&app, &access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_within_ten_seconds_gets_the_same_successor() {
    let app = start_with_ada().await;
    let (_, first) = logged_in(&app).await;
    let (_, second) = tokens_of(&refresh(&app, &first).await.expect(200));
    app.clock.advance(SignedDuration::from_secs(10));
    let (_, again) = tokens_of(&refresh(&app, &first).await.expect(200));
    assert_eq!(second, again);
}

#[tokio::test(flavor = "multi_thread")]
async fn reuse_revokes_the_whole_chain() {
    let app = start_with_ada().await;
    let (_, first) = logged_in(&app).await;
    let (access, second) = tokens_of(&refresh(&app, &first).await.expect(200));
    app.clock.advance(SignedDuration::from_secs(11));
    assert_refused(&refresh(&app, &first).await);
    assert_refused(&refresh(&app, &second).await);
    assert!(!better_auth::is_live(&app, &access).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_text_refreshes_nothing() {
    let app = start_with_ada().await;
    let (access, token) = logged_in(&app).await;
    let last = if token.ends_with('A') { "B" } else { "A" };
    for refused in [
        access.as_str(),
        "x",
        &token[1..],
        &format!("{}{last}", &token[..token.len() - 1]),
    ] {
        assert_refused(&refresh(&app, refused).await);
    }
    assert_invalid(
        &refresh(&app, "").await,
        "refresh_token",
        "must have at least 1 characters",
    );
    let _ = refresh(&app, &token).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_contract_are_exchanged_here_and_ours_there() {
    let app = start_with_ada().await;
    let (_, theirs) = teams::tokens_of(&teams::sign_in(&app, EMAIL, PASSWORD).await.expect(200));
    let (_, here) = tokens_of(&refresh(&app, &theirs).await.expect(200));
    let _ = teams::refresh(&app, &here).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_contract_opens_no_session_for_an_unverified_user() {
    let app = super::start().await;
    let _ = better_auth::sign_up(&app, EMAIL).await;
    let (_, theirs) = teams::tokens_of(&teams::sign_in(&app, EMAIL, PASSWORD).await.expect(200));
    assert_refused(&refresh(&app, &theirs).await);
    let refused = accounts::refresh(&app, &json!(theirs)).await;
    accounts::assert_code(&refused, 403, "EMAIL_NOT_VERIFIED");
    // The refusals have not used it up.
    let _ = teams::refresh(&app, &theirs).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_ends_this_login_and_no_other() {
    let app = start_with_ada().await;
    let (access, token) = logged_in(&app).await;
    let (other_access, other) = logged_in(&app).await;
    let answer = logout(&app, &access).await.expect(204);
    assert!(answer.body.is_empty());
    assert_refused(&refresh(&app, &token).await);
    assert!(!better_auth::is_live(&app, &access).await);
    assert_unauthorized(&logout(&app, &access).await);
    assert!(better_auth::is_live(&app, &other_access).await);
    let _ = refresh(&app, &other).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_logs_nothing_out() {
    let app = start_with_ada().await;
    let (_, token) = logged_in(&app).await;
    assert_unauthorized(&logout(&app, &token).await);
    assert_unauthorized(&app.post("/v1/auth/logout").send().await);
    let _ = refresh(&app, &token).await.expect(200);
}
