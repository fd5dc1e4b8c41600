//! Synchronization and health, without a policy server.

use std::sync::Arc;

use serde_json::json;
use shared::testkit::better_auth::{create_organization, sign_up, sign_up_member};
use shared::testkit::race::{count, send_at_once};

use super::{GUEST, OWNER, SYNC, created, health, is_allowed, sync};
use crate::start;

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_the_last_synchronization() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let never = json!({"status": "healthy", "last_synced_at": null, "rules": 0});
    assert_eq!(health(&app, &owner).await, never);
    create_organization(&app, &owner, "acme").await;
    created(&app, &owner, &json!({})).await;
    assert_eq!(health(&app, &owner).await, never);
    assert_eq!(
        sync(&app, &owner).await.expect(200).json(),
        json!({
            "message": "Policies synced successfully", "synced": 1, "tenants": 1, "synced_at": "2026-01-31T12:00:00.000Z",
        })
    );
    let member = sign_up_member(&app, &owner, GUEST, "member").await;
    let synced = json!({"status": "healthy", "last_synced_at": "2026-01-31T12:00:00.000Z", "rules": 1});
    assert_eq!(health(&app, &member).await, synced);
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_synchronizations_all_succeed() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let acme = create_organization(&app, &owner, "acme").await;
    created(&app, &owner, &json!({})).await;
    let token = owner.clone();
    let answers = send_at_once(&app, move |app, _| app.post(SYNC).bearer(&token)).await;
    assert_eq!(count(&answers, 200), answers.len());
    let id = shared::domain::OrganizationId::parse(&acme).expect("an id");
    let state = app
        .core()
        .store
        .find_policy_state(id)
        .await
        .expect("an answer")
        .expect("a state");
    assert_eq!((state.version, state.rules), (16, 1));
    assert!(is_allowed(&app, &owner, &json!({})).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_rules_are_stored_and_compiled() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let text = "\u{4e00}".repeat(600);
    for at in 0..100 {
        created(&app, &owner, &json!({"contextAttributes": {"a": [text, at]}})).await;
    }
    assert_eq!(sync(&app, &owner).await.expect(200).json()["synced"], 100);
    assert!(is_allowed(&app, &owner, &json!({"contextAttributes": {"a": 99}})).await);
}
