//! The list of members, their roles, and removing one.

use crate::app_roles::store;
use serde_json::json;
use shared::domain::OrganizationRole::{Admin, Member, Owner};
use shared::testkit::platform::{assert_error, assert_invalid};

use super::{delete, founded, get, member, member_id, put, stored};
use crate::start;

#[tokio::test(flavor = "multi_thread")]
async fn members_are_listed_in_pages() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let admin = member(&app, &id, "admin@example.com", Admin).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let path = format!("{id}/members");
    let all = get(&app, &guest, &path).await.expect(200).json();
    assert_eq!(
        all["pagination"],
        json!({"page": 1, "limit": 20, "total": 3, "totalPages": 1})
    );
    let expected = json!({
        "id": member_id(&app, &id, &admin).await, "role": "ADMIN", "status": "ACTIVE", "app_roles": [],
        "joinedAt": "2026-01-31T12:00:00.000Z",
        "user": {
            "id": app.caller(&admin).await.user.id.to_string(), "email": "admin@example.com", "firstName": "Ada",
            "lastName": "Lovelace",
        },
    });
    let data = all["data"].as_array().expect("data");
    assert!(data.contains(&expected), "{data:?}");
    let last = get(&app, &owner, &format!("{path}?page=2&limit=2"))
        .await
        .expect(200)
        .json();
    assert_eq!(last["data"], json!([data[2]]));
    assert_eq!(
        last["pagination"],
        json!({"page": 2, "limit": 2, "total": 3, "totalPages": 2})
    );
    for (query, field, message) in [
        ("page=0", "page", "must be a whole number from 1"),
        ("limit=101", "limit", "must be a whole number from 1 to 100"),
        ("limit=x", "limit", "must be a whole number from 1 to 100"),
    ] {
        assert_invalid(&get(&app, &owner, &format!("{path}?{query}")).await, field, message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_owner_gives_and_takes_the_roles_of_owners_and_administrators() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let admin = member(&app, &id, "admin@example.com", Admin).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let role_of = async |token: &str| format!("{id}/members/{}/role", member_id(&app, &id, token).await);
    let (of_owner, of_admin, of_guest) = (role_of(&owner).await, role_of(&admin).await, role_of(&guest).await);
    let to = |role: &str| json!({"role": role});
    for (path, role) in [(&of_guest, "ADMIN"), (&of_guest, "OWNER"), (&of_owner, "MEMBER")] {
        assert_error(
            &put(&app, &admin, path, &to(role)).await,
            403,
            "Insufficient permissions",
        );
    }
    assert_error(
        &put(&app, &guest, &of_admin, &to("MEMBER")).await,
        403,
        "Insufficient permissions",
    );
    for (token, path) in [(&owner, &of_owner), (&admin, &of_admin)] {
        assert_error(
            &put(&app, token, path, &to("MEMBER")).await,
            403,
            "You cannot change your own role",
        );
    }
    let raised = put(&app, &owner, &of_guest, &to("OWNER")).await.expect(200).json();
    assert_eq!(
        (&raised["role"], &raised["user"]["email"]),
        (&json!("OWNER"), &json!("eve@example.com"))
    );
    assert_eq!(stored(&app, &id).await.owner_count, 2);
    let lowered = put(&app, &guest, &of_owner, &to("MEMBER")).await.expect(200).json();
    assert_eq!(
        (&lowered["role"], stored(&app, &id).await.owner_count),
        (&json!("MEMBER"), 1)
    );
    let _ = put(&app, &guest, &of_admin, &to("MEMBER")).await.expect(200);
    assert_invalid(
        &put(&app, &guest, &of_admin, &to("owner")).await,
        "role",
        "must be a role: OWNER, ADMIN or MEMBER",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_another_organization_is_not_found() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let own = member_id(&app, &id, &guest).await;
    let of_other = format!("{}{}", "0".repeat(32), &own[32..]);
    let stranger = crate::support::sign_up(&app, "out@example.com").await;
    let stranger = member_id(&app, &id, &stranger).await;
    let role = json!({"role": "ADMIN"});
    for wrong in [
        of_other.as_str(),
        &stranger,
        "nonsense",
        &own.to_uppercase(),
        &own[..63],
    ] {
        let path = format!("{id}/members/{wrong}");
        assert_error(
            &put(&app, &owner, &format!("{path}/role"), &role).await,
            404,
            "Member not found",
        );
        let app_roles = put(&app, &owner, &format!("{path}/app-roles"), &json!({"app_roles": []})).await;
        assert_error(&app_roles, 404, "Member not found");
        assert_error(&delete(&app, &owner, &path).await, 404, "Member not found");
    }
}

/// No application has roles before an administrator has defined a matrix.
#[tokio::test(flavor = "multi_thread")]
async fn an_application_role_must_be_defined() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let path = format!("{id}/members/{}/app-roles", member_id(&app, &id, &guest).await);
    let unknown = put(&app, &owner, &path, &json!({"app_roles": ["HR_MANAGER"]})).await;
    assert_invalid(&unknown, "app_roles", "must be roles of active app role matrices");
    for wrong in [json!({"app_roles": "x"}), json!({"app_roles": [1]})] {
        let refused = put(&app, &owner, &path, &wrong).await;
        assert_invalid(&refused, "app_roles", "must be a list of at most 50 names of roles");
    }
    let changed = put(&app, &owner, &path, &json!({"app_roles": []}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&changed["app_roles"], &changed["role"]),
        (&json!([]), &json!("MEMBER"))
    );
    let refused = put(&app, &guest, &path, &json!({"app_roles": []})).await;
    assert_error(&refused, 403, "Insufficient permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_owner_removes_an_owner_or_administrator() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let admin = member(&app, &id, "admin@example.com", Admin).await;
    let other = member(&app, &id, "other@example.com", Admin).await;
    let second = member(&app, &id, "owner@example.com", Owner).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let path_of = async |token: &str| format!("{id}/members/{}", member_id(&app, &id, token).await);
    for protected in [&other, &second] {
        let refused = delete(&app, &admin, &path_of(protected).await).await;
        assert_error(&refused, 403, "Insufficient permissions");
    }
    assert_error(
        &delete(&app, &guest, &path_of(&other).await).await,
        403,
        "Insufficient permissions",
    );
    assert_error(
        &delete(&app, &owner, &path_of(&owner).await).await,
        403,
        "You cannot remove yourself",
    );
    let _ = delete(&app, &admin, &path_of(&guest).await).await.expect(204);
    for removed in [&other, &second] {
        let _ = delete(&app, &owner, &path_of(removed).await).await.expect(204);
    }
    let left = stored(&app, &id).await;
    assert_eq!((left.member_count, left.owner_count), (2, 1));
    assert!(app.caller(&guest).await.user.memberships.is_empty());
    assert_error(&get(&app, &guest, &id).await, 404, "Organization not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_gets_roles_of_active_matrices_only() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    store(&app, &[("HR", None, true), ("Old", None, false)]).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let path = format!("{id}/members/{}/app-roles", member_id(&app, &id, &guest).await);
    let changed = put(&app, &owner, &path, &json!({"app_roles": ["HR_MANAGER"]})).await;
    assert_eq!(changed.expect(200).json()["app_roles"], json!(["HR_MANAGER"]));
    let inactive = put(&app, &owner, &path, &json!({"app_roles": ["Old_MANAGER"]})).await;
    assert_invalid(&inactive, "app_roles", "must be roles of active app role matrices");
}
