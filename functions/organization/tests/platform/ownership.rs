//! Transferring the ownership.

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::OrganizationRole::{Admin, Member};
use shared::domain::UserStatus;
use shared::testkit::platform::{assert_error, assert_invalid};

use super::{founded, member, put, stored};
use crate::start;
use crate::support::{id_of, sign_up};

#[tokio::test(flavor = "multi_thread")]
async fn the_new_owner_owns_and_the_caller_administers() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let path = format!("{id}/transfer-ownership");
    let body = json!({"newOwnerId": id_of(&app, &guest).await});
    let answer = put(&app, &owner, &path, &body).await.expect(200).json();
    assert_eq!(
        (&answer["role"], &answer["user"]["email"]),
        (&json!("OWNER"), &json!("eve@example.com"))
    );
    let role = async |token: &str| app.caller(token).await.user.memberships[0].roles.standing();
    assert_eq!((role(&owner).await, stored(&app, &id).await.owner_count), (Admin, 1));
    let refused = put(&app, &owner, &path, &body).await;
    assert_error(&refused, 403, "Only owners can transfer ownership");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_active_member_becomes_the_owner() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let banned = member(&app, &id, "eve@example.com", Member).await;
    let banned_id = id_of(&app, &banned).await;
    app.set_status(&banned, UserStatus::Suspended).await;
    let outsider = sign_up(&app, "out@example.com").await;
    let path = format!("{id}/transfer-ownership");
    let unknown = "Member not found or not an active member";
    for to in [banned_id, id_of(&app, &outsider).await] {
        let refused = put(&app, &owner, &path, &json!({"newOwnerId": to})).await;
        assert_error(&refused, 404, unknown);
    }
    let own = json!({"newOwnerId": id_of(&app, &owner).await});
    assert_invalid(
        &put(&app, &owner, &path, &own).await,
        "newOwnerId",
        "must be another member",
    );
    let refused = put(&app, &owner, &path, &json!({})).await;
    assert_invalid(&refused, "newOwnerId", "is required");
    assert_error(&put(&app, &outsider, &path, &own).await, 404, "Organization not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_a_recent_sign_in_transfers_and_deletes_nothing() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let long_ago = app.clock.now() - SignedDuration::from_hours(25);
    let old = app
        .further_session(&owner, |session| session.created_at = long_ago)
        .await;
    let body = json!({"newOwnerId": id_of(&app, &guest).await});
    let refused = put(&app, &old, &format!("{id}/transfer-ownership"), &body).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (403, &json!("SESSION_NOT_FRESH"))
    );
    assert_eq!(super::delete(&app, &old, &id).await.status, 403);
    assert_eq!(stored(&app, &id).await.owner_count, 1);
}
