//! `api-key` creates API keys, and verifies the permissions of a key.

use serde_json::json;

use super::people::{ADA, get_as, log_in, make_key, post, post_as, sign_up};
use super::stage::Stage;

pub async fn story(stage: &Stage) {
    let local = stage.open(&[]).await;
    sign_up(&local, ADA).await;
    let jwt = log_in(&local, ADA).await;
    let (id, key) = make_key(&local, &jwt).await;
    get_as(&local, &jwt, &format!("/api/auth/api-key/get?id={id}")).await;
    get_as(&local, &jwt, "/api/auth/api-key/list").await;
    let renamed = json!({ "keyId": id, "name": "renamed" });
    post_as(&local, &jwt, "/api/auth/api-key/update", renamed).await;
    let verify = async |key: &str| post(&local, "/api/auth/api-key/verify", json!({ "key": key })).await;
    assert_eq!(verify(&key).await["valid"], true);
    post_as(&local, &jwt, "/api/auth/api-key/delete", json!({ "keyId": id })).await;
    // The deleted key is invalid now, and attempts with invalid keys are counted.
    assert_eq!(verify(&key).await["valid"], false);
}
