//! `SESSIONS_SINCE`, for a table that was restored to a point in time: sessions that had ended since then are in it again.

use axum::Router;
use jiff::SignedDuration;
use serde_json::json;
use shared::http::AppState;
use shared::testkit::{PASSWORD, TestApp, better_auth, platform, teams, text};

const EMAIL: &str = "ada@example.com";
const ROOT: &str = "root@example.com";

fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(session::routes(state))
        .merge(profile::routes(state))
        .merge(admin::routes(state))
}

/// A service whose sessions began half an hour after the test.
async fn start() -> TestApp {
    TestApp::with_settings(routes, &[("SESSIONS_SINCE", "2026-01-31T12:30:00Z")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_began_earlier_are_ended_and_later_ones_live() {
    let app = start().await;
    let session = better_auth::sign_up_verified(&app, EMAIL).await;
    let (access, refresh) = teams::tokens_of(&teams::sign_in(&app, EMAIL, PASSWORD).await.expect(200));
    assert!(!better_auth::is_live(&app, &session).await);
    assert!(!better_auth::is_live(&app, &access).await);
    let _ = teams::refresh(&app, &refresh).await.expect(401);
    let _ = app.get("/v1/auth/me").bearer(&access).send().await.expect(401);

    app.clock.advance(SignedDuration::from_hours(1));
    let session = better_auth::sign_in(&app, EMAIL).await;
    assert!(better_auth::is_live(&app, &session).await);
    let sessions = app.get("/api/auth/list-sessions").bearer(&session).send().await;
    assert_eq!(sessions.expect(200).json().as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_holds_for_administrators() {
    let app = start().await;
    let token = platform::admin(&app, ROOT).await;
    let users = "/v1/admin/users";
    let _ = app.get(users).bearer(&token).send().await.expect(401);
    let before = platform::admin_login(&app, ROOT, PASSWORD).await.expect(200).json();
    let _ = platform::admin_refresh(&app, &before["refreshToken"]).await.expect(401);

    app.clock.advance(SignedDuration::from_hours(1));
    let after = platform::admin_login(&app, ROOT, PASSWORD).await.expect(200).json();
    let _ = app
        .get(users)
        .bearer(&text(&after["accessToken"]))
        .send()
        .await
        .expect(200);
    let _ = platform::admin_refresh(&app, &json!(after["refreshToken"]))
        .await
        .expect(200);
}
