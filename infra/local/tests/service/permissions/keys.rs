//! `keys` creates the first keys, of either kind, publishes them, and does what is due in their life.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::aws;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Config;
use shared::domain::signing_key::Ring;
use shared::entropy::OsEntropy;
use shared::operations::Administrator;

use super::people::{ADA, ROOT, bearing, create_admin, get_as, log_in, post, post_as, sign_up, text};
use super::stage::Stage;
use crate::client::{Local, PASSWORD};

pub async fn story(stage: &Stage) {
    for mode in ["kms", "wrapped"] {
        let local = stage.open(&[&format!("SIGNING_MODE={mode}")]).await;
        for path in [
            "/.well-known/jwks.json",
            "/api/auth/jwks",
            "/v1/auth/.well-known/jwks.json",
            "/v1/admin/.well-known/jwks.json",
        ] {
            let keys = local.get(path).send().await.expect(200).json();
            assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
        }
        local.get("/.well-known/openid-configuration").send().await.expect(200);
        administered(&local).await;
        scheduled(&local, mode).await;
    }
}

/// What administrators have it do with the keys of users.
async fn administered(local: &Local) {
    create_admin(local, ROOT).await;
    let login = json!({ "email": ROOT, "password": PASSWORD });
    let admin = text(&post(local, "/v1/admin/login", login).await["accessToken"]);
    let key = post_as(local, &admin, "/v1/admin/keys/generate", json!({})).await;
    post_as(local, &admin, "/v1/admin/keys/rotate", json!({})).await;
    get_as(local, &admin, "/v1/admin/keys/status").await;
    get_as(local, &admin, "/v1/admin/keys/jwks").await;
    let path = format!("/v1/admin/keys/{}", text(&key["kid"]));
    bearing(local.call("DELETE", &path), &admin).send().await.expect(200);
    let removed: Value = post_as(local, &admin, "/v1/admin/keys/cleanup", json!({})).await;
    assert_eq!(removed["removed"], 1);
    // The tokens of users open nothing here.
    sign_up(local, ADA).await;
    let user = log_in(local, ADA).await;
    bearing(local.get("/v1/admin/keys/status"), &user)
        .send()
        .await
        .expect(403);
}

/// What the schedule has it do, here with the keys of administrators.
async fn scheduled(local: &Local, mode: &str) {
    let config = Config::read(&|name| (name == "SIGNING_MODE").then(|| mode.to_owned())).expect("settings");
    let sdk = aws::loopback_as("KeysFunction", local.service.aws_endpoint());
    let core = aws::core(&config, &sdk, Arc::new(OsEntropy)).expect("a core");
    let (operator, now) = (Administrator::operator(), SystemClock.now());
    let next = core.generate_key(operator, Ring::Admin, now).await.expect("a key");
    let rotated = core.rotate_keys(operator, Ring::Admin, now).await.expect("a rotation");
    assert_eq!(rotated.keys.active().map(|key| &key.kid), Some(&next.kid));
    core.revoke_key(operator, Ring::Admin, &next.kid, now)
        .await
        .expect("a key");
    let removed = core.clean_up_keys(operator, Ring::Admin, now).await.expect("keys");
    assert_eq!(removed.len(), 1);
}
