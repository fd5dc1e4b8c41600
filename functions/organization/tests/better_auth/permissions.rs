//! `has-permission`, `get-active-member`, `get-active-member-role`; and roles that a deployment has of its own.

use serde_json::json;

use super::support::{GUEST, OWNER, create, id_of, invite, joined, sign_up};
use super::{assert_code, assert_error, call, get};
use crate::{start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_depends_on_the_role() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let admin = joined(&app, &owner, "admin@example.com", "admin").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    for (asked, by_owner, by_admin, by_member) in [
        (json!({"organization": ["update"]}), true, true, false),
        (json!({"organization": ["update", "delete"]}), true, false, false),
        (
            json!({"member": ["create", "update", "delete"], "invitation": ["create", "cancel"]}),
            true,
            true,
            false,
        ),
        (json!({"team": ["create", "update", "delete"]}), true, true, false),
        (json!({"ac": ["read"]}), true, true, true),
        (json!({"ac": ["create", "update", "delete"]}), true, true, false),
        (json!({"project": ["create"]}), false, false, false),
        (json!({"organization": []}), false, false, false),
        (json!({}), false, false, false),
    ] {
        for (token, success) in [(&owner, by_owner), (&admin, by_admin), (&member, by_member)] {
            for name in ["permissions", "permission"] {
                let answer = call(&app, "has-permission", token, json!({name: asked}))
                    .await
                    .expect(200);
                assert_eq!(answer.json(), json!({"error": null, "success": success}), "{asked}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_depends_on_the_organization_that_is_asked_about() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let first = create(&app, &owner, "first").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let own = create(&app, &member, "own").await;
    let ask = |body| call(&app, "has-permission", &member, body);
    for (id, success) in [(&first, false), (&own, true)] {
        let body = json!({"organizationId": id, "permissions": {"organization": ["delete"]}});
        assert_eq!(ask(body).await.expect(200).json()["success"], success);
    }
    // What is active gives no right elsewhere.
    let answer = call(
        &app,
        "update",
        &member,
        json!({"organizationId": first, "data": {"name": "Mine"}}),
    )
    .await;
    assert_code(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_ORGANIZATION");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_refused() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let asked = json!({"organization": ["update"]});
    let answer = call(&app, "has-permission", &owner, json!({"permissions": asked})).await;
    assert_error(&answer, 400, "NO_ACTIVE_ORGANIZATION", "No active organization");
    let id = create(&app, &owner, "acme").await;
    for body in [
        json!({}),
        json!({"permissions": asked, "permission": asked}),
        json!({"permissions": {"organization": "update"}}),
        json!({"permissions": {"organization": [1]}}),
        json!({"permissions": ["organization"]}),
        json!({"permissions": null}),
    ] {
        let answer = call(&app, "has-permission", &owner, body).await;
        assert_error(&answer, 400, "VALIDATION_ERROR", "[body] Invalid input");
    }
    let outsider = sign_up(&app, GUEST).await;
    for id in [id.as_str(), "nonsense"] {
        let body = json!({"organizationId": id, "permissions": asked});
        let answer = call(&app, "has-permission", &outsider, body.clone()).await;
        let code = "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION";
        assert_error(&answer, 401, code, "User is not a member of the organization");
        let _ = app
            .post("/api/auth/organization/has-permission")
            .json(&body)
            .send()
            .await
            .expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_what_one_is() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let answer = get(&app, "get-active-member", &owner).await;
    assert_error(&answer, 400, "NO_ACTIVE_ORGANIZATION", "No active organization");
    let answer = get(&app, "get-active-member-role", &owner).await;
    assert_error(&answer, 400, "NO_ACTIVE_ORGANIZATION", "No active organization");
    let id = create(&app, &owner, "acme").await;
    let user = id_of(&app, &owner).await;
    let answer = get(&app, "get-active-member", &owner).await.expect(200).json();
    assert_eq!(
        answer,
        json!({
            "id": user, "organizationId": id, "userId": user, "role": "owner", "createdAt": "2026-01-31T12:00:00.000Z",
            "user": {"id": user, "name": "Ada Lovelace", "email": OWNER, "image": null},
        })
    );
    for operation in ["get-active-member", "get-active-member-role"] {
        let _ = app
            .get(&format!("/api/auth/organization/{operation}"))
            .send()
            .await
            .expect(401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_each_other_s_roles() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let outsider = sign_up(&app, "out@example.com").await;
    let (owner_id, outsider_id) = (id_of(&app, &owner).await, id_of(&app, &outsider).await);
    let role = |token: &str, query: String| {
        let (app, token) = (&app, token.to_owned());
        async move { get(app, &format!("get-active-member-role?{query}"), &token).await }
    };
    assert_eq!(
        role(&member, String::new()).await.expect(200).json(),
        json!({"role": "member"})
    );
    for query in [
        format!("userId={owner_id}"),
        format!("userId={owner_id}&organizationId={id}"),
        format!("userId={owner_id}&organizationSlug=acme"),
    ] {
        assert_eq!(role(&member, query).await.expect(200).json(), json!({"role": "owner"}));
    }
    let message = "You are not a member of this organization";
    for (token, query) in [
        (&member, format!("userId={outsider_id}")),
        (&member, "userId=nonsense".to_owned()),
        (&outsider, format!("organizationId={id}")),
        (&outsider, "organizationSlug=acme".to_owned()),
        (&outsider, "organizationId=nonsense".to_owned()),
    ] {
        assert_error(
            &role(token, query).await,
            403,
            "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION",
            message,
        );
    }
    let answer = role(&member, "organizationSlug=unknown".to_owned()).await;
    assert_error(&answer, 400, "ORGANIZATION_NOT_FOUND", "Organization not found");
}

const ROLES: &str = r#"{
    "recruiter": {"invitation": ["create"], "vacancy": ["open", "close"]},
    "member": {"ac": ["read"], "vacancy": ["read"]}
}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_has_roles_and_statements_of_its_own() {
    let app = start_with(&[("ORGANIZATION_ROLES", ROLES)]).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let recruiter = joined(&app, &owner, GUEST, "recruiter").await;
    assert_eq!(
        get(&app, "get-active-member", &recruiter).await.expect(200).json()["role"],
        "recruiter"
    );
    for (asked, success) in [
        (json!({"vacancy": ["open", "close"]}), true),
        (json!({"vacancy": ["read"]}), false),
        (json!({"invitation": ["cancel"]}), false),
    ] {
        let answer = call(&app, "has-permission", &recruiter, json!({"permissions": asked}))
            .await
            .expect(200);
        assert_eq!(answer.json()["success"], success, "{asked}");
    }
    // The operations ask the same statements.
    let invited = invite(&app, &recruiter, "roe@example.com", "member")
        .await
        .expect(200)
        .json();
    let answer = call(
        &app,
        "cancel-invitation",
        &recruiter,
        json!({"invitationId": invited["id"]}),
    )
    .await;
    assert_code(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION");
    // A member grants no permission that they lack.
    let answer = invite(&app, &recruiter, "doe@example.com", "admin").await;
    assert_code(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE");
    let _ = invite(&app, &recruiter, "doe@example.com", "recruiter")
        .await
        .expect(200);
    // A role that is always there may be given other statements.
    let member = joined(&app, &owner, "eli@example.com", "member").await;
    let answer = call(
        &app,
        "has-permission",
        &member,
        json!({"permissions": {"vacancy": ["read"]}}),
    )
    .await;
    assert_eq!(answer.expect(200).json()["success"], true);
}
