//! `api-key` makes keys for programs, and says what a key that is shown to it may do.

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
    // By now it is a guess, and guesses are counted.
    assert_eq!(verify(&key).await["valid"], false);
}
