//! `authorizer` is invoked by the HTTP APIs of applications: here, with the function's own permissions.

use std::sync::Arc;

use serde_json::json;
use shared::aws;
use shared::clock::{Clock as _, SystemClock};
use shared::config::Config;
use shared::entropy::OsEntropy;
use shared::operations::{Client, TokenCheck};

use super::people::{ADA, post_as, sign_up};
use super::stage::Stage;
use crate::client::{Local, PASSWORD};

const FUNCTION: &str = "AuthorizerFunction";

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    let session = sign_up(&local, ADA).await;
    let login = json!({"email": ADA, "password": PASSWORD});
    let login = local
        .post("/api/auth/login")
        .json(&login)
        .send()
        .await
        .expect(200)
        .json();
    let key = post_as(&local, &session, "/api/auth/api-key/create", json!({})).await;
    let access_token = login["access_token"].as_str().expect("a token");
    let key = key["key"].as_str().expect("a key");
    for credential in [&session, access_token, key] {
        for check in [TokenCheck::Strict, TokenCheck::Offline] {
            assert!(is_authorized(&local, check, credential).await, "{check}");
        }
    }
}

/// A process of its own, which has cached no key.
async fn is_authorized(local: &Local, check: TokenCheck, credential: &str) -> bool {
    let url = local.url();
    let settings = |name: &str| (name == "PUBLIC_URL").then(|| url.clone());
    let config = Config::read(&settings).expect("settings");
    let sdk = aws::loopback_as(FUNCTION, local.service.aws_endpoint());
    let core = aws::core(&config, &sdk, Arc::new(OsEntropy)).expect("a core");
    let claims = core
        .authorize_request(credential, check, &Client::default(), SystemClock.now())
        .await;
    claims.expect("an answer").is_some()
}
