//! `POST /v1/organizations/{id}/join`, which is not in the document.

use serde_json::json;
use shared::domain::OrganizationPatch;
use shared::testkit::platform::{assert_error, assert_unauthorized};
use shared::testkit::{Answer, TestApp};

use super::{change, founded, invite, set_seats, stored};
use crate::start;
use crate::support::sign_up;

pub async fn open(app: &TestApp, organization: &str) {
    let patch = OrganizationPatch {
        open_join: Some(true),
        ..OrganizationPatch::default()
    };
    change(app, organization, &patch).await;
}

pub async fn join(app: &TestApp, token: &str, organization: &str) -> Answer {
    let request = app
        .post(&format!("/v1/organizations/{organization}/join"))
        .bearer(token);
    request.undocumented().json(&json!({})).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn any_user_joins_an_open_organization_once() {
    let app = start().await;
    let (_, id) = founded(&app).await;
    let guest = sign_up(&app, "eve@example.com").await;
    let refused = join(&app, &guest, &id).await;
    assert_error(&refused, 403, "The organization is joined by invitation only");
    open(&app, &id).await;
    let joined = join(&app, &guest, &id).await.expect(201).json();
    assert_eq!(
        (&joined["role"], &joined["user"]["email"]),
        (&json!("MEMBER"), &json!("eve@example.com"))
    );
    assert_error(&join(&app, &guest, &id).await, 409, "User is already a member");
    assert_eq!(stored(&app, &id).await.member_count, 2);
    for unknown in ["nonsense", "0198f3f2-7a8c-7b3e-9d52-4f1f6a0a2b11"] {
        assert_error(&join(&app, &guest, unknown).await, 404, "Organization not found");
    }
    let anonymous = app.post(&format!("/v1/organizations/{id}/join")).undocumented();
    assert_unauthorized(&anonymous.send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_of_an_invitation_is_not_free() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    open(&app, &id).await;
    set_seats(&app, &id, 2, 2).await;
    let _ = invite(&app, &owner, &id, "joe@example.com", "MEMBER").await.expect(201);
    let guest = sign_up(&app, "eve@example.com").await;
    assert_error(&join(&app, &guest, &id).await, 409, "No seat is left");
    set_seats(&app, &id, 5, 1).await;
    assert_error(&join(&app, &guest, &id).await, 409, "No seat is left");
    set_seats(&app, &id, 3, 2).await;
    let _ = join(&app, &guest, &id).await.expect(201);
}
