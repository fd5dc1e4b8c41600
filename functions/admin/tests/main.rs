//! What the function answers over HTTP.

mod link;
mod platform;

use axum::Router;
use shared::http::AppState;
use shared::testkit::TestApp;

/// The function, and the sign-in of users, whose tokens it refuses.
fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(admin::routes(state))
        .merge(organization::routes(state))
        .merge(session::routes(state))
        .merge(password::routes(state))
        .merge(profile::routes(state))
}

async fn start() -> TestApp {
    start_with(&[]).await
}

async fn start_with(settings: &[(&str, &str)]) -> TestApp {
    TestApp::with_settings(routes, settings).await
}
