//! Bodies and headers that no client sends.

use serde_json::json;

use super::{CREATE, DELETE, EMAIL, UPDATE, VERIFY, assert_error, create, listed, sign_up, start, start_with, text};

const POSTS: [&str; 4] = [CREATE, UPDATE, DELETE, VERIFY];

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused_and_leaves_nothing_behind() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let nested = "[".repeat(10_000);
    let deep = format!("{{\"metadata\": {}{}}}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    let broken: [&[u8]; 5] = [
        b"{\"name\":",
        b"{\"name\": \"\xff\xfe\"}",
        b"{} {}",
        nested.as_bytes(),
        deep.as_bytes(),
    ];
    for path in POSTS {
        for body in broken {
            let answer = app
                .post(path)
                .cookie(&token)
                .body("application/json", body)
                .send()
                .await;
            assert_error(&answer, 400, "BAD_REQUEST", "Invalid JSON in request body");
        }
        for body in ["[]", "null", "\"text\"", "1"] {
            let request = app.post(path).cookie(&token).body("application/json", body);
            assert_eq!(request.send().await.expect(400).json()["code"], "VALIDATION_ERROR");
        }
        let wrong =
            json!({"name": [], "prefix": {}, "keyId": 5, "key": null, "enabled": 7, "expiresIn": [], "userId": 1});
        let answer = app.post(path).cookie(&token).json(&wrong).send().await.expect(400);
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
        let answer = app
            .post(path)
            .bearer(&token)
            .body("text/plain", "{}")
            .send()
            .await
            .expect(415);
        assert_eq!(answer.json()["code"], "UNSUPPORTED_MEDIA_TYPE");
        let large = json!({"name": "x".repeat(100_000)});
        let answer = app.post(path).cookie(&token).json(&large).undocumented().send().await;
        assert_error(&answer, 413, "PAYLOAD_TOO_LARGE", "Request body is too large");
    }
    assert!(listed(&app, &token).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_metadata_come_back_as_they_went() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for (name, text) in [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a b", "a\u{0}b"),
        ("string", "\u{202e}gnirts"),
        ("'; --", "'; --"),
        ("🔑", "🔑"),
        ("0", " "),
    ] {
        let metadata =
            json!({text: text, "#pk": "USER#1", ":now": 5, "key": "x", "big": 12_345_678_901_234_567_890_u64});
        let made = create(&app, &token, &json!({"name": name, "metadata": metadata})).await;
        assert_eq!((&made["name"], &made["metadata"]), (&json!(name), &metadata));
    }
    let kept = listed(&app, &token).await;
    assert!(
        kept.iter()
            .all(|key| key["metadata"]["big"] == 12_345_678_901_234_567_890_u64)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_is_no_text_is_no_key() {
    let app = start_with(&[("API_KEY_SESSIONS", "on")]).await;
    let token = sign_up(&app, EMAIL).await;
    let key = text(&create(&app, &token, &json!({})).await["key"]);
    for (value, status) in [
        ("ключ".to_owned(), 403),
        ("\t".to_owned(), 403),
        (format!("{key}, {key}"), 401),
        (format!(" {key}"), 401),
        ("0".repeat(64), 401),
        ("a".repeat(8_000), 401),
    ] {
        let answer = app
            .get("/api/auth/get-session")
            .header("x-api-key", &value)
            .send()
            .await;
        assert_error(&answer, status, "INVALID_API_KEY", "Invalid API key.");
        assert_eq!(answer.usage.dynamodb, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_cleaned_and_disguises_nothing() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let made = create(&app, &token, &json!({"name": "\u{feff}My\u{ad} key\u{200b}\n"})).await;
    assert_eq!(made["name"], "My key");
    for name in ["a\u{0}b", "\u{202e}gnirts", "My\u{200b}key", " ", "\u{200b}"] {
        for (path, body) in [
            ("/api/auth/api-key/create", json!({"name": name})),
            ("/api/auth/api-key/update", json!({"keyId": made["id"], "name": name})),
        ] {
            let answer = app.post(path).bearer(&token).json(&body).send().await;
            assert_eq!(answer.status, 400, "{path} {name:?}: {}", answer.text());
        }
    }
    assert_eq!(listed(&app, &token).await.len(), 1);
}
