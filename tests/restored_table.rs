//! A table that was restored to a point in time: the steps of docs/operations.md, and `SESSIONS_SINCE`, because sessions
//! that had ended since then are in the table again.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    PointInTimeRecoverySpecification, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};
use axum::Router;
use jiff::SignedDuration;
use local_aws::Options;
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

const RESTORED: &str = "ostiary-restored";

fn options(data: &std::path::Path) -> Options {
    Options {
        data: Some(data.to_owned()),
        ..Options::default()
    }
}

/// What the runbook has an operator do with the copy, which has no stream, expiry, recovery and protection.
async fn complete(client: &Client) {
    let described = client
        .describe_table()
        .table_name(RESTORED)
        .send()
        .await
        .expect("a table");
    let table = described.table().expect("a description");
    assert_eq!(table.latest_stream_label(), None);
    assert_ne!(table.deletion_protection_enabled(), Some(true));

    let stream = StreamSpecification::builder()
        .stream_enabled(true)
        .stream_view_type(StreamViewType::KeysOnly);
    let update = client.update_table().table_name(RESTORED);
    let update = update.stream_specification(stream.build().expect("valid"));
    update.send().await.expect("a stream");
    let protect = client.update_table().table_name(RESTORED);
    protect
        .deletion_protection_enabled(true)
        .send()
        .await
        .expect("a protection");
    let expiry = TimeToLiveSpecification::builder().attribute_name("ttl").enabled(true);
    let update = client.update_time_to_live().table_name(RESTORED);
    let update = update.time_to_live_specification(expiry.build().expect("valid"));
    update.send().await.expect("an expiry");
    let recovery = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(true);
    let update = client.update_continuous_backups().table_name(RESTORED);
    let update = update.point_in_time_recovery_specification(recovery.build().expect("valid"));
    update.send().await.expect("a recovery");

    let described = client
        .describe_table()
        .table_name(RESTORED)
        .send()
        .await
        .expect("a table");
    let table = described.table().expect("a description");
    assert!(
        table.latest_stream_label().is_some(),
        "the label that the stack is deployed with"
    );
    assert_eq!(table.deletion_protection_enabled(), Some(true));
}

/// The runbook: the copy of the time before the accident takes the place of the table.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_goes_on_with_a_restored_table() {
    let data = tempfile::tempdir().expect("a folder");
    let before = TestApp::builder(routes).aws(options(data.path())).start().await;
    let session = better_auth::sign_up_verified(&before, EMAIL).await;
    let (access, refresh) = teams::tokens_of(&teams::sign_in(&before, EMAIL, PASSWORD).await.expect(200));
    assert!(better_auth::is_live(&before, &session).await);
    before
        .aws
        .restore_table(&before.state.config.table_name, RESTORED)
        .expect("a copy");

    // The accident: all that the operator wants back is gone.
    let client = Client::new(&shared::aws::loopback(&before.aws.endpoint_url()));
    let user = before.user_of(EMAIL).await;
    let mut lost = client
        .scan()
        .table_name(&before.state.config.table_name)
        .into_paginator()
        .items()
        .send();
    while let Some(item) = lost.next().await {
        let item = item.expect("an item");
        let key = ["pk", "sk"].map(|name| (name.to_owned(), item[name].clone()));
        let delete = client.delete_item().table_name(&before.state.config.table_name);
        delete.set_key(Some(key.into())).send().await.expect("a deletion");
    }
    assert!(!better_auth::is_live(&before, &session).await);

    complete(&client).await;
    drop(before);
    let settings = [("TABLE_NAME", RESTORED), ("SESSIONS_SINCE", "2026-01-31T12:30:00Z")];
    let after = TestApp::builder(routes)
        .settings(&settings)
        .aws(options(data.path()))
        .start()
        .await;
    after.clock.advance(SignedDuration::from_hours(1));
    // Sessions, refresh tokens and access tokens from before are refused.
    assert!(!better_auth::is_live(&after, &session).await);
    assert!(!better_auth::is_live(&after, &access).await);
    let _ = teams::refresh(&after, &refresh).await.expect(401);
    let _ = after.get("/v1/auth/me").bearer(&access).send().await.expect(401);

    // The user is the one from before, and signs in again.
    let session = better_auth::sign_in(&after, EMAIL).await;
    assert!(better_auth::is_live(&after, &session).await);
    assert_eq!(after.user_of(EMAIL).await.id, user.id);
    // The stream of the restored table wakes the function that sends mail, and numbers go on.
    let mails = after.mails().len();
    better_auth::sign_up(&after, "grace@example.com").await;
    assert_eq!(after.mails().len(), mails + 1);
    assert!(after.user_of("grace@example.com").await.number.0 > user.number.0);
}
