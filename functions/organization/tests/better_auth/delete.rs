//! `POST /organization/delete`.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{
    Membership, OrganizationId, OrganizationNumber, OrganizationRole, OrganizationStatus, Stored, User, UserNumber,
};
use shared::store::Changes;
use shared::testkit::TestApp;

use super::support::{ACCEPT, GUEST, OWNER, at_once, create, invite, joined, sign_up, verified};
use super::{active, assert_code, assert_error, call, get, post};
use crate::start;

async fn delete(app: &TestApp, token: &str, id: &str) -> shared::testkit::Answer {
    call(app, "delete", token, json!({"organizationId": id})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_goes_with_all_that_belongs_to_it() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let guest = verified(&app, "roe@example.com").await;
    let invitation = invite(&app, &owner, "roe@example.com", "member")
        .await
        .expect(200)
        .json();
    let answer = delete(&app, &owner, &id).await.expect(200).json();
    assert_eq!((&answer["id"], &answer["slug"]), (&json!(id), &json!("acme")));

    for token in [&owner, &member] {
        assert_eq!(get(&app, "list", token).await.expect(200).json(), json!([]));
        assert_eq!(active(&app, token).await, Value::Null);
        assert!(app.caller(token).await.user.memberships.is_empty());
        let answer = get(&app, &format!("get-organization?organizationId={id}"), token).await;
        assert_code(&answer, 400, "ORGANIZATION_NOT_FOUND");
    }
    let body = json!({"invitationId": invitation["id"]});
    assert_code(&post(&app, ACCEPT, &guest, body).await, 400, "INVITATION_NOT_FOUND");
    assert_eq!(
        get(&app, "list-user-invitations", &guest).await.expect(200).json(),
        json!([])
    );
    // Nothing is left, and the slug is free.
    let store = &app.core().store;
    let organization = OrganizationId::parse(&id).expect("an id");
    assert!(
        store
            .find_organization_in_any_state(organization)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(store.list_members(organization).await.expect("an answer").is_empty());
    assert!(
        store
            .list_invitations(organization)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(store.list_teams(organization).await.expect("an answer").is_empty());
    create(&app, &member, "acme").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_delete() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    for (email, role) in [(GUEST, "member"), ("admin@example.com", "admin")] {
        let token = joined(&app, &owner, email, role).await;
        let code = "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_ORGANIZATION";
        assert_error(
            &delete(&app, &token, &id).await,
            403,
            code,
            "You are not allowed to delete this organization",
        );
    }
    let outsider = sign_up(&app, "out@example.com").await;
    for id in [id.as_str(), "nonsense", ""] {
        let code = "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION";
        assert_error(
            &delete(&app, &outsider, id).await,
            400,
            code,
            "User is not a member of the organization",
        );
    }
    assert_code(&call(&app, "delete", &owner, json!({})).await, 400, "VALIDATION_ERROR");
    let body = json!({"organizationId": id});
    let _ = app
        .post("/api/auth/organization/delete")
        .json(&body)
        .send()
        .await
        .expect(401);
    let _ = delete(&app, &owner, &id).await.expect(200);
    assert_code(
        &delete(&app, &owner, &id).await,
        400,
        "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION",
    );
}

/// Members who never signed in: all that deletion must find is in the table.
async fn add_members(app: &TestApp, template: &User, id: OrganizationId, count: u8) -> Vec<User> {
    let mut members = Vec::new();
    for at in 0..count {
        let mut user = User {
            id: shared::domain::UserId::from_bytes([at + 1; 16]),
            number: UserNumber(10_000 + u64::from(at)),
            memberships: Vec::new(),
            default_organization: Some(id),
            stored: Stored::NEW,
            ..template.clone()
        };
        let membership = Membership::new(id, OrganizationNumber(1), OrganizationRole::Member, app.clock.now());
        user.memberships.push(membership.clone());
        let changes = Changes::new()
            .take_seat(id, &membership.roles, 1000)
            .create_member(&user, &membership)
            .create_user(&user);
        app.core().store.commit(changes).await.expect("a commit");
        members.push(user);
    }
    members
}

#[tokio::test(flavor = "multi_thread")]
async fn more_members_than_one_commit_bears_are_let_go() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let organization = OrganizationId::parse(&id).expect("an id");
    let template = app.caller(&owner).await.user;
    let members = add_members(&app, &template, organization, 120).await;
    let _ = delete(&app, &owner, &id).await.expect(200);
    for member in members {
        let user = app
            .core()
            .store
            .find_user(member.id)
            .await
            .expect("an answer")
            .expect("a user");
        assert!(user.memberships.is_empty() && user.default_organization.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_was_cut_short_is_finished_by_the_next_one() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let store = &app.core().store;
    let organization = OrganizationId::parse(&id).expect("an id");
    let found = store
        .find_organization(organization)
        .await
        .expect("an answer")
        .expect("an organization");
    store
        .commit(Changes::new().dissolve_organization(&found))
        .await
        .expect("a commit");

    // From the first commit on it is gone for everybody, though all memberships are still there.
    let left = store
        .find_organization_in_any_state(organization)
        .await
        .expect("an answer")
        .expect("what is left");
    assert_eq!((left.status, left.member_count), (OrganizationStatus::Dissolving, 2));
    for token in [&owner, &member] {
        assert_eq!(get(&app, "list", token).await.expect(200).json(), json!([]));
        assert_code(
            &get(&app, "get-full-organization", token).await,
            400,
            "ORGANIZATION_NOT_FOUND",
        );
        assert_code(&get(&app, "get-active-member", token).await, 400, "MEMBER_NOT_FOUND");
        assert_code(
            &get(&app, "list-members", token).await,
            403,
            "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION",
        );
        let asked = json!({"permissions": {"organization": ["update"]}});
        assert_code(
            &call(&app, "has-permission", token, asked).await,
            401,
            "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION",
        );
    }
    let update = call(&app, "update", &owner, json!({"data": {"name": "Undead"}})).await;
    assert_code(&update, 400, "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION");
    assert_code(
        &invite(&app, &owner, "roe@example.com", "member").await,
        400,
        "MEMBER_NOT_FOUND",
    );
    let leaving = call(&app, "leave", &member, json!({"organizationId": id})).await;
    assert_code(&leaving, 400, "MEMBER_NOT_FOUND");
    create(&app, &member, "acme").await;

    let _ = delete(&app, &owner, &id).await.expect(200);
    assert!(
        store
            .find_organization_in_any_state(organization)
            .await
            .expect("an answer")
            .is_none()
    );
    assert_eq!(app.caller(&member).await.user.memberships.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_may_delete_at_once() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let second = joined(&app, &owner, GUEST, "owner").await;
    let path = "/api/auth/organization/delete";
    let body = vec![json!({"organizationId": id}); 8];
    let (first, other) = tokio::join!(
        at_once(&app, path, Some(&owner), body.clone()),
        at_once(&app, path, Some(&second), body)
    );
    assert!(first.iter().chain(&other).any(|(status, _)| *status == 200));
    assert!(
        first.iter().chain(&other).all(|(status, _)| *status < 500),
        "{first:?} {other:?}"
    );
    for token in [&owner, &second] {
        assert!(app.caller(token).await.user.memberships.is_empty());
    }
    create(&app, &owner, "acme").await;
}
