//! Administrators of the platform, who keep the rules of every organization.

use serde_json::{Value, json};
use shared::testkit::better_auth::{create_organization, sign_up};
use shared::testkit::platform::{admin, assert_error, assert_invalid};

use super::{GUEST, OWNER, RULES, created, health, is_allowed, list, rule, sync};
use crate::start;

const ROOT: &str = "root@example.com";

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_keeps_the_rules_of_the_organization_that_the_request_names() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    let acme = create_organization(&app, &owner, "acme").await;
    let root = admin(&app, ROOT).await;
    let path = format!("{RULES}?tenant_id={acme}");
    let answer = app
        .post(&path)
        .bearer(&root)
        .json(&rule(&json!({})))
        .send()
        .await
        .expect(201)
        .json();
    assert_eq!(answer["tenant_id"], acme.as_str());
    assert_eq!(list(&app, &owner).await, std::slice::from_ref(&answer));
    let path = format!("{RULES}/{}", answer["id"].as_str().expect("an id"));
    let change = json!({"conditions": {"role": "OWNER"}});
    let _ = app
        .request("PUT", &path)
        .bearer(&root)
        .json(&change)
        .send()
        .await
        .expect(200);
    let sync = app
        .post(&format!("/v1/policies/sync?tenant_id={acme}"))
        .bearer(&root)
        .send()
        .await;
    assert_eq!(sync.expect(200).json()["synced"], 1);
    assert!(is_allowed(&app, &owner, &json!({})).await);
    let _ = app.request("DELETE", &path).bearer(&root).send().await.expect(200);
    assert_eq!(list(&app, &owner).await, [] as [Value; 0]);
    let gone = app.request("DELETE", &path).bearer(&root).send().await;
    assert_error(&gone, 404, "Policy rule not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_of_a_new_rule_must_exist() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    for query in ["", "?tenant_id=01890a5d-ac96-774b-bcce-b302099a8057"] {
        let path = format!("{RULES}{query}");
        let refused = app.post(&path).bearer(&root).json(&rule(&json!({}))).send().await;
        assert_invalid(&refused, "tenant_id", "must be the id of an organization");
    }
    let unknown = "a".repeat(64);
    let refused = app
        .request("DELETE", &format!("{RULES}/{unknown}"))
        .bearer(&root)
        .send()
        .await;
    assert_error(&refused, 404, "Policy rule not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_tenant_an_administrator_reads_and_synchronizes_all() {
    let app = start().await;
    let owner = sign_up(&app, OWNER).await;
    create_organization(&app, &owner, "acme").await;
    let other = sign_up(&app, GUEST).await;
    create_organization(&app, &other, "looms").await;
    for token in [&owner, &other] {
        created(&app, token, &json!({})).await;
    }
    let root = admin(&app, ROOT).await;
    assert_eq!(list(&app, &root).await.len(), 2);
    let paged = app
        .get(&format!("{RULES}?page=2&limit=1"))
        .bearer(&root)
        .send()
        .await
        .expect(200);
    assert_eq!(paged.json().as_array().map(Vec::len), Some(1));
    let far = app
        .get(&format!("{RULES}?page=101&limit=100"))
        .bearer(&root)
        .send()
        .await
        .expect(200);
    assert_eq!(far.json(), json!([]));
    assert_eq!(health(&app, &root).await["last_synced_at"], Value::Null);
    for _ in 0..2 {
        let synced = sync(&app, &root).await.expect(200).json();
        assert_eq!((&synced["synced"], &synced["tenants"]), (&json!(2), &json!(2)));
    }
    assert_eq!(health(&app, &root).await["rules"], 2);
    for token in [&owner, &other] {
        assert!(is_allowed(&app, token, &json!({})).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_evaluates_nothing() {
    let app = start().await;
    let root = admin(&app, ROOT).await;
    let body = json!({"resource": "document", "action": "read"});
    let refused = app.post("/v1/policies/evaluate").bearer(&root).json(&body).send().await;
    assert_error(&refused, 401, "Unauthorized");
}
