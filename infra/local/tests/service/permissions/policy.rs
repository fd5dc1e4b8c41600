//! `policy` administers policy rules, and evaluates them.

use serde_json::{Value, json};

use super::people::{ADA, ROOT, bearing, create_admin, get_as, invite, log_in, post, post_as, sign_up, text};
use super::stage::Stage;
use crate::client::{Local, PASSWORD};

pub async fn story(stage: &Stage) {
    let local = stage.open(&["LIMIT_PLATFORM_AUTHENTICATION=1000/60"]).await;
    local.get("/v1/policies/x/nothing").send().await.expect(404);
    let owner = sign_up(&local, ADA).await;
    let (organization, _) = invite(&local, &owner, "acme", "grace@example.com", "member").await;
    keeps_rules(&local, &owner, "").await;
    let jwt = log_in(&local, ADA).await;
    let check = json!({ "resource": "document", "action": "read" });
    post_as(&local, &jwt, "/v1/policies/evaluate", check.clone()).await;
    post_as(
        &local,
        &owner,
        "/v1/policies/evaluate/bulk",
        json!({ "checks": [check] }),
    )
    .await;
    create_admin(&local, ROOT).await;
    let login = json!({ "email": ROOT, "password": PASSWORD });
    let admin = text(&post(&local, "/v1/admin/login", login).await["accessToken"]);
    keeps_rules(&local, &admin, &format!("tenant_id={organization}")).await;
    post_as(&local, &admin, "/v1/policies/sync", Value::Null).await;
    get_as(&local, &admin, "/v1/policies?page=1&limit=10").await;
}

async fn keeps_rules(local: &Local, token: &str, tenant: &str) {
    let rule = json!({ "resource": "document", "action": "read", "conditions": {} });
    let created = post_as(local, token, &format!("/v1/policies?{tenant}"), rule.clone()).await;
    let path = format!("/v1/policies/{}", text(&created["id"]));
    let change = bearing(local.call("PUT", &path), token).json(&rule);
    change.send().await.expect(200);
    get_as(local, token, &format!("/v1/policies?page=1&limit=10&{tenant}")).await;
    post_as(local, token, &format!("/v1/policies/sync?{tenant}"), Value::Null).await;
    bearing(local.call("DELETE", &path), token).send().await.expect(200);
    post_as(local, token, &format!("/v1/policies?{tenant}"), rule).await;
    get_as(local, token, "/v1/policies/health").await;
}
