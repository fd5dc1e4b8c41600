//! `POST /organizations`.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::domain::{OrganizationPatch, OrganizationRole, Plan};
use shared::testkit::platform::{assert_error, assert_unauthorized, invalid_fields, me};
use shared::testkit::race::exactly_one_wins;
use shared::testkit::{Answer, TestApp, text};

use super::{PATH, change, delete};
use crate::support::{OWNER, sign_up};
use crate::{start, start_with};

fn acme() -> Value {
    json!({"name": "Acme", "slug": "acme", "region": "UK"})
}

async fn create(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.post(PATH).bearer(token).json(body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_creator_owns_the_organization_and_keeps_the_active_one() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let body = json!({
        "name": " Acme ", "slug": "acme", "region": "us-east-1", "description": "Tools", "website": "https://acme.example",
        "logo": "https://acme.example/logo.png",
    });
    let created = create(&app, &token, &body).await.expect(201).json();
    let caller = app.caller(&token).await;
    let membership = caller.user.memberships.last().expect("a membership").clone();
    assert_eq!(membership.organization_id.to_string(), created["tenantId"]);
    assert_eq!(membership.roles.standing(), OrganizationRole::Owner);
    assert_ne!(caller.session.active_organization, Some(membership.organization_id));
    assert_eq!(
        created,
        json!({
            "tenantId": created["tenantId"], "name": "Acme", "slug": "acme", "description": "Tools",
            "website": "https://acme.example", "logo": "https://acme.example/logo.png", "region": "us-east-1",
            "orgType": "BUSINESS", "plan": "TEAM_STARTER", "status": "PLAN_ACTIVE", "openJoin": false, "openInvite": false,
            "maxMembers": 100, "maxActiveMembers": 25, "memberCount": 1, "createdAt": "2026-01-31T12:00:00.000Z",
            "updatedAt": "2026-01-31T12:00:00.000Z",
        })
    );
    let stored = app.core().store.find_organization(membership.organization_id).await;
    let details = stored.expect("an answer").expect("an organization").details;
    assert_eq!(
        (details.region.as_deref(), details.description.as_deref()),
        (Some("us-east-1"), Some("Tools"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_and_nothing_is_created() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let body = json!({
        "name": "A", "slug": "Not A Slug", "region": "x", "description": "d".repeat(501), "website": "javascript:alert(1)",
        "logo": "data:image/png;base64,AA==",
    });
    let fields = invalid_fields(&create(&app, &token, &body).await);
    assert_eq!(fields, ["name", "slug", "region", "description", "website", "logo"]);
    let invisible = json!({"name": "Ac\u{200b}me", "slug": "acme", "region": "UK"});
    let _ = create(&app, &token, &invisible).await.expect(400);
    let blank = json!({"name": "   ", "slug": "acme", "region": "UK"});
    let _ = create(&app, &token, &blank).await.expect(400);
    assert!(app.caller(&token).await.user.memberships.is_empty());
    let _ = create(&app, &token, &acme()).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_may_have_underscores_and_dots() {
    let app = start().await;
    let token = sign_up(&app, "other@example.com").await;
    for (slug, email) in [("my_org", OWNER), ("x.com", "eve@example.com")] {
        let token = sign_up(&app, email).await;
        let body = json!({"name": "Acme", "slug": slug, "region": "UK"});
        assert_eq!(create(&app, &token, &body).await.expect(201).json()["slug"], slug);
    }
    for slug in ["x", "my__org", "..", "x/y", "\u{445}.com"] {
        let body = json!({"name": "Acme", "slug": slug, "region": "UK"});
        let refused = create(&app, &token, &body).await.expect(400).json();
        assert_eq!(refused["details"][0]["field"], "slug", "{slug}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_is_taken_once() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let _ = create(&app, &token, &acme()).await.expect(201);
    let other = sign_up(&app, "eve@example.com").await;
    let refused = create(&app, &other, &acme()).await;
    assert_error(&refused, 409, "Organization slug already exists");
    assert!(app.caller(&other).await.user.memberships.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_a_slug_at_once_one_gets_it() {
    let app = Arc::new(start().await);
    let mut tokens = Vec::new();
    for user in 0..16 {
        tokens.push(sign_up(&app, &format!("user{user}@example.com")).await);
    }
    exactly_one_wins(&app, 201, &[409], move |app, at| {
        app.post(PATH).bearer(&tokens[at]).json(&acme())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_organizations_of_a_user_is_limited() {
    let app = start_with(&[("ORGANIZATION_LIMIT", "1")]).await;
    let token = sign_up(&app, OWNER).await;
    let _ = create(&app, &token, &acme()).await.expect(201);
    let second = json!({"name": "Second", "slug": "second", "region": "UK"});
    let refused = create(&app, &token, &second).await;
    assert_error(&refused, 403, "The plan does not allow another organization");
}

/// An organization whose plan is over counts as owned, and not as active.
#[tokio::test(flavor = "multi_thread")]
async fn the_plan_of_the_personal_organization_limits_business_organizations() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let solo = text(&me(&app, &token).await["solo_org_id"]);
    let created = create(&app, &token, &acme()).await.expect(201).json();
    let second = json!({"name": "Second", "slug": "second", "region": "UK"});
    let refused = create(&app, &token, &second).await;
    assert_error(&refused, 403, "The plan does not allow another organization");
    let _ = delete(&app, &token, &text(&created["tenantId"])).await.expect(204);
    // A plan that permits none.
    let mut patch = OrganizationPatch::default();
    patch.account.plan = Some(Plan::TeamFree);
    change(&app, &solo, &patch).await;
    let refused = create(&app, &token, &second).await;
    assert_error(&refused, 403, "The plan does not allow another organization");
    patch.account.plan = Some(Plan::SoloFree);
    change(&app, &solo, &patch).await;
    let _ = create(&app, &token, &second).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_without_a_session_is_refused() {
    let app = start().await;
    assert_unauthorized(&app.post(PATH).json(&acme()).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_is_the_session_check_the_plans_and_one_commit() {
    let app = start().await;
    let token = sign_up(&app, OWNER).await;
    let _ = create(&app, &token, &acme()).await.expect(201);
    let token = sign_up(&app, "eve@example.com").await;
    let second = json!({"name": "Second", "slug": "second", "region": "UK"});
    let created = create(&app, &token, &second).await.expect(201);
    // The organization's number comes from a block that is in memory.
    assert_eq!(created.usage.dynamodb, 3, "{:?}", created.usage);
}
