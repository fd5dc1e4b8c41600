//! `GET /api-key/get`.

use jiff::SignedDuration;
use serde_json::json;

use super::{DAY, EMAIL, GET, OTHER, assert_error, create, sign_up, start, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_without_its_secret() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut made = create(&app, &token, &json!({"name": "deploy", "metadata": {"a": 1}})).await;
    let path = format!("{GET}?id={}", text(&made["id"]));
    let answer = app.get(&path).cookie(&token).send().await.expect(200);
    made.as_object_mut().expect("an object").remove("key");
    assert_eq!(answer.json(), made);
    // The session check, and the key.
    assert_eq!(answer.usage.dynamodb, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_finds_a_key() {
    let app = start().await;
    let (token, other) = (sign_up(&app, EMAIL).await, sign_up(&app, OTHER).await);
    let id = text(&create(&app, &token, &json!({})).await["id"]);
    for (path, token) in [
        (format!("{GET}?id={id}"), &other),
        (format!("{GET}?id=01890a5d-ac96-774b-bcce-b302099a8057"), &token),
        (format!("{GET}?id={}", id.to_uppercase()), &token),
        (format!("{GET}?id="), &token),
        (format!("{GET}?id=%00%ff"), &token),
        (format!("{GET}?id={}", "9".repeat(2000)), &token),
    ] {
        let answer = app.get(&path).bearer(token).send().await;
        assert_error(&answer, 404, "KEY_NOT_FOUND", "API Key not found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_and_a_session_are_needed() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let answer = app.get(GET).bearer(&token).send().await;
    let message = "[query.id] Invalid input: expected string, received undefined";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
    let answer = app.get(&format!("{GET}?id=x")).send().await;
    assert_error(&answer, 401, "UNAUTHORIZED", "Unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_key_is_as_good_as_gone() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let id = text(&create(&app, &token, &json!({"expiresIn": DAY})).await["id"]);
    app.clock.advance(SignedDuration::from_secs(DAY - 1));
    let path = format!("{GET}?id={id}");
    let _ = app.get(&path).bearer(&token).send().await.expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    let answer = app.get(&path).bearer(&token).send().await;
    assert_error(&answer, 404, "KEY_NOT_FOUND", "API Key not found");
}
