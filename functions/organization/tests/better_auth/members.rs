//! `remove-member`, `update-member-role`, `leave`.

use serde_json::json;
use shared::domain::OrganizationId;

use super::support::{GUEST, OWNER, create, id_of, joined, members, sign_up};
use super::{assert_code, assert_error, call, get};
use crate::start;

const ONLY_OWNER: (u16, &str, &str) = (
    400,
    "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER",
    "You cannot leave the organization as the only owner",
);

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_removed_by_id_or_address() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let organization = OrganizationId::parse(&id).expect("an id");
    let first = joined(&app, &owner, GUEST, "member").await;
    joined(&app, &owner, "roe@example.com", "admin").await;
    let member = id_of(&app, &first).await;
    let body = json!({"memberIdOrEmail": member, "organizationId": id});
    let answer = call(&app, "remove-member", &owner, body.clone())
        .await
        .expect(200)
        .json();
    assert_eq!(
        answer,
        json!({"member": {
            "id": member, "organizationId": id, "userId": member, "role": "member", "createdAt": "2026-01-31T12:00:00.000Z",
        }})
    );
    assert_eq!(members(&app, organization).await, (2, 2));
    let answer = call(
        &app,
        "remove-member",
        &owner,
        json!({"memberIdOrEmail": "Roe@Example.com"}),
    )
    .await
    .expect(200);
    assert_eq!(answer.json()["member"]["role"], "admin");
    assert_eq!(members(&app, organization).await, (1, 1));
    assert!(app.caller(&first).await.user.memberships.is_empty());
    // Once.
    assert_error(
        &call(&app, "remove-member", &owner, body).await,
        400,
        "MEMBER_NOT_FOUND",
        "Member not found",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_may_not_remove_gets_the_reason() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let admin = joined(&app, &owner, "admin@example.com", "admin").await;
    let remove = |token: &str, who: &str| {
        let (token, body) = (token.to_owned(), json!({"memberIdOrEmail": who, "organizationId": id}));
        let app = &app;
        async move { call(app, "remove-member", &token, body).await }
    };
    let code = "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_MEMBER";
    let answer = remove(&member, "admin@example.com").await;
    assert_error(&answer, 401, code, "You are not allowed to delete this member");
    // Nor oneself: that is leaving.
    assert_code(&remove(&member, GUEST).await, 401, code);
    let (status, code, message) = ONLY_OWNER;
    for token in [&member, &admin, &owner] {
        assert_error(&remove(token, OWNER).await, status, code, message);
    }
    for who in ["nobody@example.com", "nonsense", "not an address@", &id] {
        assert_error(&remove(&admin, who).await, 400, "MEMBER_NOT_FOUND", "Member not found");
    }
    let outsider = sign_up(&app, "out@example.com").await;
    assert_error(
        &remove(&outsider, GUEST).await,
        400,
        "MEMBER_NOT_FOUND",
        "Member not found",
    );
    let answer = call(&app, "remove-member", &outsider, json!({"memberIdOrEmail": GUEST})).await;
    assert_error(&answer, 400, "NO_ACTIVE_ORGANIZATION", "No active organization");
    assert_code(
        &call(&app, "remove-member", &owner, json!({})).await,
        400,
        "VALIDATION_ERROR",
    );
    let _ = remove(&admin, GUEST).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_other_organizations_are_out_of_reach() {
    let app = start().await;
    let (owner, other) = (sign_up(&app, OWNER).await, sign_up(&app, GUEST).await);
    create(&app, &owner, "acme").await;
    create(&app, &other, "other").await;
    let stranger = id_of(&app, &other).await;
    let answer = call(&app, "remove-member", &owner, json!({"memberIdOrEmail": stranger})).await;
    assert_code(&answer, 400, "MEMBER_NOT_FOUND");
    let answer = call(
        &app,
        "update-member-role",
        &owner,
        json!({"memberId": stranger, "role": "member"}),
    )
    .await;
    assert_code(&answer, 400, "MEMBER_NOT_FOUND");
    assert_eq!(
        get(&app, "get-active-member", &other).await.expect(200).json()["role"],
        "owner"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_gets_other_roles() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let member_id = id_of(&app, &member).await;
    for (role, shown) in [
        (json!("admin"), "admin"),
        (json!(["admin", "member"]), "admin,member"),
        (json!(" member , admin,admin"), "member,admin"),
        (json!(["owner"]), "owner"),
        (json!("member"), "member"),
    ] {
        let answer = call(
            &app,
            "update-member-role",
            &owner,
            json!({"memberId": member_id, "role": role}),
        )
        .await;
        let row = json!({
            "id": member_id, "organizationId": id, "userId": member_id, "role": shown, "createdAt": "2026-01-31T12:00:00.000Z",
        });
        let mut expected = row.clone();
        expected["member"] = row;
        assert_eq!(answer.expect(200).json(), expected);
        assert_eq!(
            get(&app, "get-active-member-role", &member).await.expect(200).json(),
            json!({"role": shown})
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_who_may_not_give_roles_gets_the_reason() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let admin = joined(&app, &owner, "admin@example.com", "admin").await;
    let (owner_id, member_id) = (id_of(&app, &owner).await, id_of(&app, &member).await);
    let give = |token: &str, who: &str, role: &str| {
        let (token, body) = (token.to_owned(), json!({"memberId": who, "role": role}));
        let app = &app;
        async move { call(app, "update-member-role", &token, body).await }
    };
    let code = "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER";
    let message = "You are not allowed to update this member";
    for (token, who, role) in [
        (&member, &member_id, "admin"),
        (&admin, &member_id, "owner"),
        (&admin, &member_id, "member,owner"),
        (&admin, &owner_id, "member"),
    ] {
        assert_error(&give(token, who, role).await, 403, code, message);
    }
    let _ = give(&admin, &member_id, "admin").await.expect(200);
    assert_error(
        &give(&owner, &member_id, "zzz").await,
        400,
        "ROLE_NOT_FOUND",
        "ROLE_NOT_FOUND: zzz",
    );
    assert_error(
        &give(&owner, &member_id, "").await,
        400,
        "ROLE_NOT_FOUND",
        "Role not found",
    );
    assert_error(
        &give(&owner, "nobody", "admin").await,
        400,
        "MEMBER_NOT_FOUND",
        "Member not found",
    );
    let outsider = sign_up(&app, "out@example.com").await;
    assert_code(
        &give(&outsider, &member_id, "owner").await,
        400,
        "NO_ACTIVE_ORGANIZATION",
    );
    let answer = give(&owner, &owner_id, "admin").await;
    let code = "YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER";
    assert_error(&answer, 400, code, "You cannot leave the organization without an owner");
    // With a second one, the first may step back.
    let _ = give(&owner, &member_id, "owner").await.expect(200);
    let _ = give(&owner, &owner_id, "admin").await.expect(200);
    assert_code(&give(&member, &member_id, "admin").await, 400, code);
}

#[tokio::test(flavor = "multi_thread")]
async fn members_leave_and_the_last_owner_stays() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let leave = |token: &str| {
        let (app, token, body) = (&app, token.to_owned(), json!({"organizationId": id}));
        async move { call(app, "leave", &token, body).await }
    };
    let (status, code, message) = ONLY_OWNER;
    assert_error(&leave(&owner).await, status, code, message);
    let left = leave(&member).await.expect(200).json();
    assert_eq!(
        (&left["role"], &left["user"]["email"]),
        (&json!("member"), &json!(GUEST))
    );
    assert_error(&leave(&member).await, 400, "MEMBER_NOT_FOUND", "Member not found");
    assert_code(
        &call(&app, "leave", &owner, json!({"organizationId": "x"})).await,
        400,
        "MEMBER_NOT_FOUND",
    );
    assert_code(&call(&app, "leave", &owner, json!({})).await, 400, "VALIDATION_ERROR");
    // Who left may be invited again, and come back.
    let second = super::support::invite(&app, &owner, GUEST, "owner")
        .await
        .expect(200)
        .json();
    let _ = super::post(
        &app,
        super::support::ACCEPT,
        &member,
        json!({"invitationId": second["id"]}),
    )
    .await
    .expect(200);
    let _ = leave(&owner).await.expect(200);
    assert_error(&leave(&member).await, status, code, message);
}
