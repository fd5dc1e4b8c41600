//! Showing, changing and deleting an organization.

use serde_json::{Value, json};
use shared::domain::OrganizationRole::{Admin, Member};
use shared::domain::{OrganizationPatch, Plan};
use shared::testkit::platform::{assert_error, assert_unauthorized, invalid_fields, me};

use super::{change, delete, founded, get, member, put};
use crate::start;
use crate::support::sign_up;

#[tokio::test(flavor = "multi_thread")]
async fn a_member_sees_the_organization_by_id_and_by_slug() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let shown = get(&app, &guest, &id).await.expect(200);
    // With the plans, for the seats.
    assert_eq!(shown.usage.dynamodb, 3, "{:?}", shown.usage);
    let shown = shown.json();
    assert_eq!((&shown["slug"], &shown["memberCount"]), (&json!("acme"), &json!(2)));
    assert_eq!(get(&app, &owner, "slug/acme").await.expect(200).json(), shown);
}

/// An id and a slug that exist are answered like those that do not.
#[tokio::test(flavor = "multi_thread")]
async fn an_outsider_finds_no_organization() {
    let app = start().await;
    let (_, id) = founded(&app).await;
    let outsider = sign_up(&app, "out@example.com").await;
    let unknown = "0198f3f2-7a8c-7b3e-9d52-4f1f6a0a2b11";
    for path in [
        id.as_str(),
        unknown,
        "nonsense",
        "slug/acme",
        "slug/other",
        "slug/Not%20One",
    ] {
        assert_error(&get(&app, &outsider, path).await, 404, "Organization not found");
    }
    let slug = json!({"slug": "mine"});
    assert_error(&put(&app, &outsider, &id, &slug).await, 404, "Organization not found");
    for path in [&id, unknown] {
        assert_error(&delete(&app, &outsider, path).await, 404, "Organization not found");
        for list in ["members", "invitations"] {
            let listed = get(&app, &outsider, &format!("{path}/{list}")).await;
            assert_error(&listed, 404, "Organization not found");
        }
    }
    let anonymous = app.get(&format!("/v1/organizations/{id}")).send().await;
    assert_unauthorized(&anonymous);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_and_an_administrator_change_the_organization() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let admin = member(&app, &id, "admin@example.com", Admin).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let body = json!({
        "name": "Acme Ltd", "slug": "acme-ltd", "description": "Tools", "website": "https://acme.example",
        "logo": "https://acme.example/logo.png", "openJoin": true, "openInvite": true,
    });
    let changed = put(&app, &admin, &id, &body).await.expect(200).json();
    for (field, value) in body.as_object().expect("an object") {
        assert_eq!(&changed[field], value, "{field}");
    }
    assert_eq!(get(&app, &owner, "slug/acme-ltd").await.expect(200).json(), changed);
    assert_error(&get(&app, &owner, "slug/acme").await, 404, "Organization not found");
    // What is absent stays, and empty texts remove.
    let cleared = json!({"slug": "acme-ltd", "description": "", "website": "", "logo": ""});
    let changed = put(&app, &owner, &id, &cleared).await.expect(200).json();
    assert_eq!(
        (&changed["name"], &changed["openJoin"]),
        (&json!("Acme Ltd"), &json!(true))
    );
    for field in ["description", "website", "logo"] {
        assert_eq!(changed[field], Value::Null);
    }
    let refused = put(&app, &guest, &id, &body).await;
    assert_error(&refused, 403, "Insufficient permissions");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_of_a_change_is_named() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let body = json!({
        "name": "A", "slug": "Not A Slug", "description": "d".repeat(501), "website": "javascript:alert(1)",
        "logo": 1, "openJoin": "yes", "openInvite": null,
    });
    let fields = invalid_fields(&put(&app, &owner, &id, &body).await);
    assert_eq!(
        fields,
        [
            "name",
            "slug",
            "description",
            "website",
            "logo",
            "openJoin",
            "openInvite"
        ]
    );
    let without_slug = put(&app, &owner, &id, &json!({"name": "Acme"}))
        .await
        .expect(400)
        .json();
    assert_eq!(without_slug["details"][0]["field"], "slug");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_owner_deletes_the_organization() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let admin = member(&app, &id, "admin@example.com", Admin).await;
    assert_error(&delete(&app, &admin, &id).await, 403, "Insufficient permissions");
    let _ = delete(&app, &owner, &id).await.expect(204);
    for token in [&owner, &admin] {
        assert_error(&get(&app, token, &id).await, 404, "Organization not found");
        assert!(app.caller(token).await.user.memberships.is_empty());
    }
}

/// Its plan says what the user may do, and the user would get another one.
#[tokio::test(flavor = "multi_thread")]
async fn a_personal_organization_with_a_plan_is_not_deleted_in_any_contract() {
    let app = start().await;
    let token = sign_up(&app, "ada@example.com").await;
    let solo = me(&app, &token).await["solo_org_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let mut patch = OrganizationPatch::default();
    patch.account.plan = Some(Plan::SoloTrial);
    change(&app, &solo, &patch).await;
    let refused = delete(&app, &token, &solo).await;
    assert_error(&refused, 403, "The personal organization has a plan");
    let body = json!({"organizationId": solo});
    let request = app.post("/api/auth/organization/delete").bearer(&token).json(&body);
    assert_eq!(request.send().await.status, 403);
    assert_eq!(me(&app, &token).await["solo_org_id"], solo);
}
