//! Evaluation.

use serde_json::json;
use shared::domain::{Language, Title};
use shared::testkit::better_auth::{create_organization, sign_up, sign_up_member};
use shared::testkit::platform::assert_unauthorized;

use super::{GUEST, OWNER, create, created, evaluate, is_allowed, list, rule, sync};
use crate::start;

#[tokio::test(flavor = "multi_thread")]
async fn what_no_rule_allows_is_denied() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let denied = |reason: &str| json!({"allowed": false, "reason": reason, "details": {"rule_id": null}});
    let nothing = json!({});
    assert_eq!(
        evaluate(&app, &owner, &nothing).await,
        denied("The session acts for no organization")
    );
    create_organization(&app, &owner, "acme").await;
    let no_rules = denied("The organization has no policy rules in effect");
    assert_eq!(evaluate(&app, &owner, &nothing).await, no_rules);
    let id = created(&app, &owner, &json!({"role": "OWNER"})).await;
    assert_eq!(evaluate(&app, &owner, &nothing).await, no_rules);
    let _ = sync(&app, &owner).await.expect(200);
    let reason = format!("Allowed by the policy rule {id}");
    let allowed = json!({"allowed": true, "reason": reason, "details": {"rule_id": id}});
    assert_eq!(evaluate(&app, &owner, &nothing).await, allowed);
    let member = sign_up_member(&app, &owner, GUEST, "member").await;
    assert_eq!(
        evaluate(&app, &member, &nothing).await,
        denied("No policy rule in effect allows it")
    );
    for (resource, action) in [("document", "write"), ("folder", "read"), ("Document", "read")] {
        let body = json!({"resource": resource, "action": action});
        let answer = app
            .post("/v1/policies/evaluate")
            .bearer(&owner)
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.expect(200).json()["allowed"], false, "{resource} {action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_take_effect_with_the_next_synchronization() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let id = created(&app, &owner, &json!({"role": "ADMIN"})).await;
    let _ = sync(&app, &owner).await.expect(200);
    assert!(!is_allowed(&app, &owner, &json!({})).await);
    let path = format!("/v1/policies/{id}");
    let change = json!({"conditions": {"role": "OWNER"}});
    let _ = app
        .request("PUT", &path)
        .bearer(&owner)
        .json(&change)
        .send()
        .await
        .expect(200);
    assert!(!is_allowed(&app, &owner, &json!({})).await);
    let _ = sync(&app, &owner).await.expect(200);
    assert!(is_allowed(&app, &owner, &json!({})).await);
    let _ = app.request("DELETE", &path).bearer(&owner).send().await.expect(200);
    assert!(is_allowed(&app, &owner, &json!({})).await);
    let _ = sync(&app, &owner).await.expect(200);
    assert!(!is_allowed(&app, &owner, &json!({})).await);
}

/// The example of the document.
#[tokio::test(flavor = "multi_thread")]
async fn the_context_says_nothing_about_the_user() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let member = sign_up_member(&app, &owner, GUEST, "member").await;
    let conditions = json!({"role": "ADMIN", "resourceAttributes": {"status": "active"}});
    created(&app, &owner, &conditions).await;
    created(&app, &owner, &json!({"userAttributes": {"department": "IT"}})).await;
    let _ = sync(&app, &owner).await.expect(200);
    let lies = json!({
        "role": "ADMIN", "userAttributes": {"role": "ADMIN", "department": "IT"}, "user": {"role": "ADMIN"},
        "resourceAttributes": {"status": "active", "role": "ADMIN"}, "contextAttributes": {"role": "ADMIN"},
    });
    assert!(!is_allowed(&app, &member, &lies).await);
    let admin = sign_up_member(&app, &owner, "grace@example.com", "admin").await;
    assert!(is_allowed(&app, &admin, &json!({"resourceAttributes": {"status": "active"}})).await);
    for context in [
        json!({}),
        json!({"status": "active"}),
        json!({"resourceAttributes": {"status": "passive"}}),
        json!({"resourceAttributes": "active"}),
        json!({"contextAttributes": {"status": "active"}}),
    ] {
        assert!(!is_allowed(&app, &admin, &context).await, "{context}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn user_attributes_are_those_that_the_service_knows() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let acme = create_organization(&app, &owner, "acme").await;
    let user = app.caller(&owner).await.user;
    app.change_user(&owner, |user| {
        user.profile.title = Some(Title::Dr);
        user.profile.language = Some(Language::German);
        for membership in &mut user.memberships {
            membership.app_roles = vec!["editor".to_owned()];
        }
    })
    .await;
    for (attributes, holds) in [
        (json!({"id": user.id.to_string()}), true),
        (json!({"email": OWNER}), true),
        (json!({"email": {"ends_with": "@example.com"}}), true),
        (json!({"email": {"ends_with": "@example.org"}}), false),
        (json!({"verified": false}), true),
        (json!({"language": ["de", "fr"], "title": {"ne": "PROF"}}), true),
        (json!({"role": "OWNER"}), true),
        (json!({"app_roles": {"contains": "editor"}}), true),
        (json!({"app_roles": {"contains": "viewer"}}), false),
        // The organization has no plan.
        (json!({"plan": {"ne": "SOLO_FREE"}}), false),
    ] {
        for old in list(&app, &owner).await {
            let path = format!("/v1/policies/{}", old["id"].as_str().expect("an id"));
            let _ = app.request("DELETE", &path).bearer(&owner).send().await.expect(200);
        }
        created(&app, &owner, &json!({"userAttributes": attributes})).await;
        let _ = sync(&app, &owner).await.expect(200);
        assert_eq!(is_allowed(&app, &owner, &json!({})).await, holds, "{attributes} {acme}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_checks_are_answered_by_resource_and_action() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    created(&app, &owner, &json!({"contextAttributes": {"office": true}})).await;
    let write = json!({"resource": "document", "action": "write", "conditions": {}});
    let _ = create(&app, &owner, &write).await.expect(201);
    let _ = sync(&app, &owner).await.expect(200);
    let check = |action: &str, office: bool| json!({"resource": "document", "action": action, "context": {"contextAttributes": {"office": office}}});
    for (checks, results) in [
        (json!([]), json!({})),
        (
            json!([check("read", true), check("write", false), check("delete", true)]),
            json!({"document:read": true, "document:write": true, "document:delete": false}),
        ),
        // Of several checks with one key, all must be allowed.
        (
            json!([check("read", true), check("read", false)]),
            json!({"document:read": false}),
        ),
        (
            json!([check("read", false), check("read", true)]),
            json!({"document:read": false}),
        ),
    ] {
        let body = json!({"checks": checks});
        let answer = app
            .post("/v1/policies/evaluate/bulk")
            .bearer(&owner)
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.expect(200).json(), json!({"results": results}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_are_limited_and_their_fields_named() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let mut deep = json!({});
    for _ in 0..16 {
        deep = json!({"a": deep});
    }
    let large = json!({"a": "x".repeat(17_000)});
    let many: Vec<_> = (0..51).map(|_| json!({"resource": "a", "action": "b"})).collect();
    for (path, body, field) in [
        ("evaluate", json!({"action": "read"}), "resource"),
        (
            "evaluate",
            json!({"resource": "a", "action": "b", "context": []}),
            "context",
        ),
        (
            "evaluate",
            json!({"resource": "a", "action": "b", "context": deep}),
            "context",
        ),
        (
            "evaluate",
            json!({"resource": "a", "action": "b", "context": large}),
            "context",
        ),
        ("evaluate/bulk", json!({}), "checks"),
        ("evaluate/bulk", json!({"checks": many}), "checks"),
        (
            "evaluate/bulk",
            json!({"checks": [{"resource": "a", "action": "b"}, 1]}),
            "checks.1",
        ),
        (
            "evaluate/bulk",
            json!({"checks": [{"resource": "a"}]}),
            "checks.0.action",
        ),
    ] {
        let path = format!("/v1/policies/{path}");
        let refused = app
            .post(&path)
            .bearer(&owner)
            .json(&body)
            .send()
            .await
            .expect(400)
            .json();
        assert_eq!(refused["details"][0]["field"], field, "{path} {refused}");
        assert_unauthorized(&app.post(&path).json(&body).send().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_of_one_organization_never_answer_for_another() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let acme = create_organization(&app, &owner, "acme").await;
    let _ = create(&app, &owner, &rule(&json!({}))).await.expect(201);
    let _ = sync(&app, &owner).await.expect(200);
    assert!(is_allowed(&app, &owner, &json!({})).await);
    create_organization(&app, &owner, "looms").await;
    let context = json!({"tenant_id": acme, "organization": acme});
    assert!(!is_allowed(&app, &owner, &context).await);
    let _ = sync(&app, &owner).await.expect(200);
    assert!(!is_allowed(&app, &owner, &context).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_is_the_session_check_and_one_read() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    created(&app, &owner, &json!({})).await;
    let _ = sync(&app, &owner).await.expect(200);
    let body = json!({"resource": "document", "action": "read"});
    let request = || app.post("/v1/policies/evaluate").bearer(&owner).json(&body);
    // The first evaluation reads and compiles the rules.
    assert_eq!(request().send().await.expect(200).usage.dynamodb, 3);
    assert_eq!(request().send().await.expect(200).usage.dynamodb, 2);
}
