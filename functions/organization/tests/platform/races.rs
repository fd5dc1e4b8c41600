//! What happens once, with sixteen requests at the same time.

use std::sync::Arc;

use serde_json::json;
use shared::domain::OrganizationRole::Member;
use shared::testkit::platform::login_request;
use shared::testkit::race::{CROWD, exactly_one_wins};
use shared::testkit::{PASSWORD, TestApp};

use super::join::open;
use super::{PATH, founded, invite, member, set_seats, stored};
use crate::support::{id_of, sign_up, verified};
use crate::{start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn the_last_seat_is_invited_once() {
    let app = Arc::new(start().await);
    let (owner, id) = founded(&app).await;
    set_seats(&app, &id, 2, 2).await;
    one_of_sixteen_is_invited(&app, owner, &id).await;
}

/// For an organization with one free seat.
pub async fn one_of_sixteen_is_invited(app: &Arc<TestApp>, owner: String, id: &str) {
    let path = format!("{PATH}/{id}/members/invite");
    exactly_one_wins(app, 201, &[409], move |app, at| {
        let body = json!({"email": format!("user{at}@example.com"), "role": "MEMBER"});
        app.post(&path).bearer(&owner).json(&body)
    })
    .await;
    assert_eq!(stored(app, id).await.open_invitations, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_seat_is_joined_once() {
    let app = Arc::new(start().await);
    let (_, id) = founded(&app).await;
    open(&app, &id).await;
    set_seats(&app, &id, 2, 2).await;
    let mut tokens = Vec::new();
    for user in 0..CROWD {
        tokens.push(sign_up(&app, &format!("user{user}@example.com")).await);
    }
    let path = format!("{PATH}/{id}/join");
    exactly_one_wins(&app, 201, &[409], move |app, at| {
        app.post(&path).bearer(&tokens[at]).undocumented().json(&json!({}))
    })
    .await;
    assert_eq!(stored(&app, &id).await.member_count, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_not_exceeded_by_creations_at_the_same_time() {
    let app = Arc::new(start().await);
    let token = sign_up(&app, "ada@example.com").await;
    let creator = token.clone();
    exactly_one_wins(&app, 201, &[403], move |app, at| {
        let body = json!({"name": "Acme", "slug": format!("acme-{at}"), "region": "UK"});
        app.post(PATH).bearer(&creator).json(&body)
    })
    .await;
    assert_eq!(app.caller(&token).await.user.memberships.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ownership_is_transferred_once() {
    let app = Arc::new(start().await);
    let (owner, id) = founded(&app).await;
    let mut members = Vec::new();
    for at in 0..CROWD {
        let token = member(&app, &id, &format!("user{at}@example.com"), Member).await;
        members.push(id_of(&app, &token).await);
    }
    let path = format!("{PATH}/{id}/transfer-ownership");
    exactly_one_wins(&app, 200, &[403], move |app: &TestApp, at| {
        let body = json!({"newOwnerId": members[at]});
        app.request("PUT", &path).bearer(&owner).json(&body)
    })
    .await;
    let left = stored(&app, &id).await;
    assert_eq!((left.owner_count, left.member_count), (1, 17));
}

/// Every login succeeds, and one of them accepts the invitation.
#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_invitation_is_accepted_once() {
    let app = Arc::new(start_with(&[("RATE_LIMITS", "off")]).await);
    let (owner, id) = founded(&app).await;
    let guest = verified(&app, "eve@example.com").await;
    let _ = invite(&app, &owner, &id, "eve@example.com", "MEMBER").await.expect(201);
    let answers = shared::testkit::race::race(&app, |_, app| async move {
        login_request(&app, "eve@example.com", PASSWORD)
            .send()
            .await
            .status
            .as_u16()
    })
    .await;
    assert!(answers.iter().all(|status| [200, 503].contains(status)), "{answers:?}");
    let seen = stored(&app, &id).await;
    assert_eq!((seen.member_count, seen.open_invitations), (2, 0));
    let of_acme = |caller: shared::operations::Caller| {
        let memberships = caller.user.memberships.into_iter();
        memberships
            .filter(|membership| membership.organization_id == seen.id)
            .count()
    };
    assert_eq!(of_acme(app.caller(&guest).await), 1);
}
