//! What becomes of organizations when a member's account ends.

use std::sync::Arc;

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::{
    Membership, Organization, OrganizationDetails, OrganizationId, OrganizationNumber, OrganizationRole, Slug,
};
use shared::operations::CreateOrganization;
use shared::store::{Changes, CommitError, Conflict};
use shared::testkit::{Answer, TestApp};

use super::{DELETE, EMAIL, OTHER, assert_error, is_live, sign_up, start, start_with};

pub(super) async fn found(app: &TestApp, session: &str, slug: &str) -> OrganizationId {
    let command = CreateOrganization {
        name: "Acme".to_owned(),
        slug: Slug::parse(slug).expect("a slug"),
        logo: None,
        metadata: None,
        seats: None,
        details: OrganizationDetails::default(),
    };
    let caller = app.caller(session).await;
    let organization = app.core().create_organization(&caller, command, app.clock.now()).await;
    organization.expect("an organization").id
}

pub(super) async fn join(app: &TestApp, session: &str, organization_id: OrganizationId, role: OrganizationRole) {
    assert!(has_joined(app, session, organization_id, role).await);
}

async fn has_joined(app: &TestApp, session: &str, organization_id: OrganizationId, role: OrganizationRole) -> bool {
    let mut user = app.caller(session).await.user;
    let membership = Membership::new(organization_id, OrganizationNumber(4711), role, app.clock.now());
    user.memberships.push(membership.clone());
    let changes = Changes::new()
        .take_seat(organization_id, &membership.roles, 100)
        .create_member(&user, &membership)
        .update_user(&user);
    app.core().store.commit(changes).await.is_ok()
}

pub(super) async fn delete(app: &TestApp, session: &str) -> Answer {
    app.post(DELETE).bearer(session).json(&json!({})).send().await
}

async fn organization(app: &TestApp, id: OrganizationId) -> Option<Organization> {
    app.core().store.find_organization(id).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_of_one_goes_too() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let ids = [
        found(&app, &session, "acme").await,
        found(&app, &session, "acme-2").await,
    ];
    let _ = delete(&app, &session).await.expect(200);
    for id in ids {
        assert!(organization(&app, id).await.is_none());
        assert!(app.core().store.list_members(id).await.expect("an answer").is_empty());
    }
    // Its slug is free.
    let session = sign_up(&app, OTHER).await;
    found(&app, &session, "acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_that_came_with_the_account_goes_with_it() {
    let app = start().await;
    let body = json!({"email": EMAIL, "password": super::PASSWORD, "first_name": "Ada", "last_name": "Lovelace"});
    let _ = app.post("/api/auth/signup").json(&body).send().await.expect(201);
    let session = super::sign_in(&app, EMAIL).await;
    let id = app
        .caller(&session)
        .await
        .user
        .default_organization
        .expect("an organization");
    let _ = delete(&app, &session).await.expect(200);
    assert!(organization(&app, id).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_leaves_and_the_others_stay() {
    let app = start().await;
    let owner = sign_up(&app, EMAIL).await;
    let id = found(&app, &owner, "acme").await;
    let member = sign_up(&app, OTHER).await;
    join(&app, &member, id, OrganizationRole::Admin).await;
    let _ = delete(&app, &member).await.expect(200);
    assert_eq!(organization(&app, id).await.expect("it stays").member_count, 1);
    assert_eq!(app.core().store.list_members(id).await.expect("an answer").len(), 1);
    assert!(is_live(&app, &owner).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_only_owner_cannot_leave_others_behind() {
    let app = start().await;
    let owner = sign_up(&app, EMAIL).await;
    let id = found(&app, &owner, "acme").await;
    let member = sign_up(&app, OTHER).await;
    join(&app, &member, id, OrganizationRole::Member).await;
    let message = "You cannot leave the organization as the only owner";
    let code = "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER";
    assert_error(&delete(&app, &owner).await, 400, code, message);
    assert!(is_live(&app, &owner).await);
    assert_eq!(organization(&app, id).await.expect("it stays").member_count, 2);
    // Alone again, the owner may.
    let _ = delete(&app, &member).await.expect(200);
    let _ = delete(&app, &owner).await.expect(200);
    assert!(organization(&app, id).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_owners_who_leave_at_once_one_stays_with_the_members() {
    let app = Arc::new(start().await);
    let first = sign_up(&app, EMAIL).await;
    let id = found(&app, &first, "acme").await;
    let member = sign_up(&app, OTHER).await;
    join(&app, &member, id, OrganizationRole::Member).await;
    let mut owners = vec![first];
    for owner in 0..7 {
        let session = sign_up(&app, &format!("owner{owner}@example.com")).await;
        join(&app, &session, id, OrganizationRole::Owner).await;
        owners.push(session);
    }
    let leaving: Vec<_> = owners
        .into_iter()
        .map(|session| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { delete(&app, &session).await.status.as_u16() })
        })
        .collect();
    let mut left = 0;
    for status in leaving {
        left += usize::from(status.await.expect("an answer") == 200);
    }
    let members = app.core().store.list_members(id).await.expect("an answer");
    let owners = members.iter().filter(|(_, member)| member.roles.is_owner());
    assert_eq!((owners.count() + left, members.len() + left), (8, 9));
    assert!(left < 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_joins_while_the_last_one_leaves_keeps_the_organization() {
    for _ in 0..4 {
        let app = Arc::new(start().await);
        let owner = sign_up(&app, EMAIL).await;
        let id = found(&app, &owner, "acme").await;
        let newcomer = sign_up(&app, OTHER).await;
        let leaving = {
            let app = Arc::clone(&app);
            tokio::spawn(async move { delete(&app, &owner).await.status.as_u16() })
        };
        let joined = has_joined(&app, &newcomer, id, OrganizationRole::Member).await;
        let left = leaving.await.expect("an answer") == 200;
        assert!(joined != left, "joined: {joined}, left: {left}");
        assert_eq!(organization(&app, id).await.is_some(), joined);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saw_an_organization_with_one_member_cannot_delete_it_once_it_has_two() {
    let app = start().await;
    let owner = sign_up(&app, EMAIL).await;
    let id = found(&app, &owner, "acme").await;
    let seen = organization(&app, id).await.expect("an organization");
    let newcomer = sign_up(&app, OTHER).await;
    join(&app, &newcomer, id, OrganizationRole::Member).await;
    let deleted = app.core().store.commit(Changes::new().delete_organization(&seen)).await;
    assert!(matches!(
        deleted,
        Err(CommitError::Conflict(Conflict::OrganizationMoved))
    ));
    assert!(organization(&app, id).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn more_organizations_than_one_commit_bears_go_too_unless_one_stands_against_it() {
    let app = start_with(&[("ORGANIZATION_LIMIT", "150")]).await;
    let owner = sign_up(&app, EMAIL).await;
    let mut ids = Vec::new();
    for at in 0..65 {
        ids.push(found(&app, &owner, &format!("acme-{at}")).await);
    }
    let member = sign_up(&app, OTHER).await;
    join(&app, &member, ids[0], OrganizationRole::Member).await;
    let _ = delete(&app, &owner).await.expect(400);
    for id in &ids {
        assert!(organization(&app, *id).await.is_some());
    }
    let _ = delete(&app, &member).await.expect(200);
    let _ = delete(&app, &owner).await.expect(200);
    assert!(!is_live(&app, &owner).await);
    for id in ids {
        assert!(organization(&app, id).await.is_none());
        assert!(app.core().store.list_members(id).await.expect("an answer").is_empty());
    }
    sign_up(&app, EMAIL).await;
}
