//! `POST /api-key/delete`, and what becomes of the keys of a user who goes.

use serde_json::json;
use shared::clock::Clock as _;

use super::{
    DELETE, EMAIL, OTHER, PASSWORD, assert_error, assert_invalid, create, listed, sign_up, start, text, verify,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_key_opens_nothing() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({})).await;
    let body = json!({"keyId": text(&made["id"])});
    let answer = app.post(DELETE).cookie(&token).json(&body).send().await.expect(200);
    assert_eq!(answer.json(), json!({"success": true}));
    assert!(listed(&app, &token).await.is_empty());
    assert_invalid(
        &verify(&app, &text(&made["key"])).await,
        "INVALID_API_KEY",
        "Invalid API key.",
    );
    let again = app.post(DELETE).bearer(&token).json(&body).send().await;
    assert_error(&again, 404, "KEY_NOT_FOUND", "API Key not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_deletes_a_key() {
    let app = start().await;
    let (token, other) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let id = text(&create(&app, &token, &json!({})).await["id"]);
    for (key_id, token) in [
        (id.as_str(), &other),
        ("01890a5d-ac96-774b-bcce-b302099a8057", &token),
        ("nonsense", &token),
    ] {
        let answer = app
            .post(DELETE)
            .bearer(token)
            .json(&json!({"keyId": key_id}))
            .send()
            .await;
        assert_error(&answer, 404, "KEY_NOT_FOUND", "API Key not found");
    }
    let answer = app.post(DELETE).json(&json!({"keyId": id})).send().await;
    assert_error(&answer, 401, "UNAUTHORIZED", "Unauthorized");
    let answer = app.post(DELETE).bearer(&token).json(&json!({})).send().await;
    let message = "[body.keyId] Invalid input: expected string, received undefined";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
    assert_eq!(listed(&app, &token).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_go_with_their_owner() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut keys = Vec::new();
    for _ in 0..30 {
        keys.push(text(&create(&app, &token, &json!({})).await["key"]));
    }
    let owner = app.caller(&token).await.user.id;
    let body = json!({"password": PASSWORD});
    let _ = app
        .post("/api/auth/delete-user")
        .bearer(&token)
        .json(&body)
        .send()
        .await
        .expect(200);
    assert!(
        app.core()
            .list_api_keys(owner, app.clock.now())
            .await
            .expect("an answer")
            .is_empty()
    );
    for key in &keys {
        assert_invalid(&verify(&app, key).await, "INVALID_API_KEY", "Invalid API key.");
    }
}
