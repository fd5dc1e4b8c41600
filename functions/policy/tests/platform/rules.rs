//! The administration of rules.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::better_auth::{create_organization, sign_up, sign_up_member};
use shared::testkit::platform::{assert_error, assert_unauthorized, invalid_fields};
use shared::testkit::race::{count, send_at_once};

use super::{GUEST, OWNER, RULES, create, created, list, rule};
use crate::{start, start_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_created_changed_and_deleted() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let tenant = create_organization(&app, &owner, "acme").await;
    let conditions = json!({"role": "ADMIN", "resourceAttributes": {"status": "active"}});
    let answer = create(&app, &owner, &rule(&conditions)).await.expect(201).json();
    assert_eq!(
        answer,
        json!({
            "id": answer["id"], "tenant_id": tenant, "resource": "document", "action": "read", "conditions": conditions,
            "created_at": "2026-01-31T12:00:00.000Z", "updated_at": "2026-01-31T12:00:00.000Z",
        })
    );
    assert_eq!(list(&app, &owner).await, std::slice::from_ref(&answer));
    let path = format!("{RULES}/{}", answer["id"].as_str().expect("an id"));
    let change = json!({"action": "write"});
    let changed = app
        .request("PUT", &path)
        .bearer(&owner)
        .json(&change)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&changed["action"], &changed["conditions"]),
        (&json!("write"), &conditions)
    );
    assert_eq!(list(&app, &owner).await, [changed]);
    let deleted = app.request("DELETE", &path).bearer(&owner).send().await.expect(200);
    assert_eq!(deleted.json(), json!({"message": "Policy rule deleted successfully"}));
    assert_eq!(list(&app, &owner).await, [] as [Value; 0]);
    for method in ["PUT", "DELETE"] {
        let gone = app.request(method, &path).bearer(&owner).json(&json!({})).send().await;
        assert_error(&gone, 404, "Policy rule not found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let id = created(&app, &owner, &json!({})).await;
    let wrong = json!({"resource": "", "action": "x".repeat(101), "conditions": {"role": {"near": 1}}});
    let refused = create(&app, &owner, &wrong).await;
    assert_eq!(invalid_fields(&refused), ["resource", "action", "conditions.role.near"]);
    let refused = create(&app, &owner, &json!({})).await;
    assert_eq!(invalid_fields(&refused), ["resource", "action", "conditions"]);
    let path = format!("{RULES}/{id}");
    let refused = app.request("PUT", &path).bearer(&owner).json(&wrong).send().await;
    assert_eq!(invalid_fields(&refused), ["resource", "action", "conditions.role.near"]);
    let large = json!({"contextAttributes": {"a": "x".repeat(2048)}});
    let refused = create(&app, &owner, &rule(&large)).await;
    assert_eq!(invalid_fields(&refused), ["conditions"]);
    for (query, wrong) in [
        ("", vec!["page", "limit"]),
        ("?page=0&limit=101", vec!["page", "limit"]),
        ("?page=x&limit=-1&tenant_id=y", vec!["page", "limit", "tenant_id"]),
        ("?page=1.5&limit=10", vec!["page"]),
    ] {
        let refused = app.get(&format!("{RULES}{query}")).bearer(&owner).send().await;
        assert_eq!(invalid_fields(&refused), wrong, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_paged_in_the_order_of_their_creation() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        ids.push(json!(created(&app, &owner, &json!({})).await));
    }
    for (page, expected) in [(1, &ids[..2]), (2, &ids[2..4]), (3, &ids[4..]), (4, &[])] {
        let answer = app
            .get(&format!("{RULES}?page={page}&limit=2"))
            .bearer(&owner)
            .send()
            .await;
        let shown = answer.expect(200).json();
        let shown: Vec<_> = shown
            .as_array()
            .expect("a list")
            .iter()
            .map(|rule| rule["id"].clone())
            .collect();
        assert_eq!(shown, expected, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_and_administrators_keep_the_rules() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let id = created(&app, &owner, &json!({})).await;
    let admin = sign_up_member(&app, &owner, "grace@example.com", "admin").await;
    let member = sign_up_member(&app, &owner, GUEST, "member").await;
    let outsider = sign_up(&app, "lin@example.com").await;
    assert_eq!(list(&app, &admin).await.len(), 1);
    let _ = create(&app, &admin, &rule(&json!({}))).await.expect(201);
    let requests = [
        ("GET", "/v1/policies?page=1&limit=10".to_owned()),
        ("POST", RULES.to_owned()),
        ("PUT", format!("{RULES}/{id}")),
        ("DELETE", format!("{RULES}/{id}")),
        ("POST", "/v1/policies/sync".to_owned()),
    ];
    for (method, path) in &requests {
        let body = rule(&json!({}));
        for token in [&member, &outsider] {
            let refused = app.request(method, path).bearer(token).json(&body).send().await;
            assert_error(&refused, 403, "Insufficient permissions");
        }
        assert_unauthorized(&app.request(method, path).json(&body).send().await);
    }
    assert_eq!(list(&app, &owner).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_of_another_organization_do_not_exist() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let acme = create_organization(&app, &owner, "acme").await;
    let id = created(&app, &owner, &json!({})).await;
    let other = sign_up(&app, GUEST).await;
    create_organization(&app, &other, "looms").await;
    assert_eq!(list(&app, &other).await, [] as [Value; 0]);
    // Only administrators of the platform name a tenant.
    let named = app
        .get(&format!("{RULES}?page=1&limit=10&tenant_id={acme}"))
        .bearer(&other)
        .send()
        .await;
    assert_eq!(named.expect(200).json(), json!([]));
    let own = created(&app, &other, &json!({})).await;
    // The other half of the id alone finds nothing either.
    let mixed = format!("{}{}", &own[..32], &id[32..]);
    for id in [id.as_str(), &mixed, "x", "01890a5d-ac96-774b-bcce-b302099a8057"] {
        for method in ["PUT", "DELETE"] {
            let path = format!("{RULES}/{id}");
            let refused = app.request(method, &path).bearer(&other).json(&json!({})).send().await;
            assert_error(&refused, 404, "Policy rule not found");
        }
    }
    assert_eq!(list(&app, &owner).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_rules_is_limited_in_a_race() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    for _ in 0..90 {
        created(&app, &owner, &json!({})).await;
    }
    let token = owner.clone();
    let answers = send_at_once(&app, move |app, _| {
        app.post(RULES).bearer(&token).json(&rule(&json!({})))
    })
    .await;
    assert_eq!((count(&answers, 201), count(&answers, 400)), (10, 6));
    let refused = answers.iter().find(|answer| answer.status == 400).expect("a refusal");
    assert_error(refused, 400, "No further record is possible");
    assert_eq!(list(&app, &owner).await.len(), 100);
    let first = list(&app, &owner).await[0]["id"].as_str().expect("an id").to_owned();
    let path = format!("{RULES}/{first}");
    let _ = app.request("DELETE", &path).bearer(&owner).send().await.expect(200);
    let _ = create(&app, &owner, &rule(&json!({}))).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn parallel_changes_of_a_rule_all_take_effect() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let id = created(&app, &owner, &json!({})).await;
    let path = format!("{RULES}/{id}");
    let answers = send_at_once(&app, move |app, number| {
        let change = if number % 2 == 0 {
            json!({"resource": "folder"})
        } else {
            json!({"action": "write"})
        };
        app.request("PUT", &path).bearer(&owner).json(&change)
    })
    .await;
    assert_eq!(count(&answers, 200), answers.len());
    let rules = app
        .core()
        .store
        .list_entries_of_all::<shared::domain::PolicyRule>(10)
        .await
        .expect("an answer");
    let [stored] = &rules[..] else { panic!("one rule") };
    assert_eq!(
        (stored.value.resource.as_str(), stored.value.action.as_str()),
        ("folder", "write")
    );
    assert_eq!(stored.version, 17);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_count_against_the_limit_of_the_user() {
    let app = start_with(&[("RATE_LIMITS", "on"), ("LIMIT_USER", "3/60")]).await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let paths = [
        "/v1/policies?page=1&limit=10",
        "/v1/policies/health",
        "/v1/policies/health",
    ];
    let mut statuses = Vec::new();
    for path in paths {
        statuses.push(app.get(path).bearer(&owner).send().await.status.as_u16());
    }
    assert_eq!(statuses, [200, 200, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_go_with_their_organization() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let acme = create_organization(&app, &owner, "acme").await;
    created(&app, &owner, &json!({})).await;
    let _ = super::sync(&app, &owner).await.expect(200);
    let body = json!({"organizationId": acme});
    let deletion = app.post("/api/auth/organization/delete").bearer(&owner).json(&body);
    let _ = deletion.send().await.expect(200);
    let store = &app.core().store;
    let rules = store
        .list_entries_of_all::<shared::domain::PolicyRule>(10)
        .await
        .expect("an answer");
    assert!(rules.is_empty());
    let catalogues = store
        .list_catalogues::<shared::domain::PolicyRule>()
        .await
        .expect("an answer");
    assert!(catalogues.is_empty());
}
