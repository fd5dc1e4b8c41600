//! Bodies and paths that no client sends.

use serde_json::json;

use super::{ASK, CHANGE, EMAIL, PASSWORD, RESET, SECOND, assert_error, assert_password, sign_up, start};

const JSON: &str = "application/json";
const POSTS: [&str; 4] = [ASK, "/api/auth/forget-password", RESET, CHANGE];

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused_and_leaves_nothing_behind() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    app.aws.mailbox().clear();
    let nested = "[".repeat(10_000);
    let broken: [&[u8]; 5] = [
        b"{\"email\":",
        b"nonsense",
        b"{\"email\": \"\xff\xfe\"}",
        b"\0",
        nested.as_bytes(),
    ];
    for path in POSTS {
        for body in broken {
            let answer = app.post(path).cookie(&token).body(JSON, body).send().await;
            assert_error(&answer, 400, "BAD_REQUEST", "Invalid JSON in request body");
        }
        for body in ["[]", "null", "\"text\"", "1", "[{}]", "{}", ""] {
            let answer = app.post(path).cookie(&token).body(JSON, body).send().await.expect(400);
            assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
        }
        let fields = json!({"email": {"x": 1}, "newPassword": [], "currentPassword": true, "token": 5});
        let answer = app.post(path).cookie(&token).json(&fields).send().await.expect(400);
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    }
    assert!(app.mails().is_empty());
    assert_password(&app, EMAIL, PASSWORD, SECOND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_or_of_another_type_is_refused() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let large = json!({"email": EMAIL, "newPassword": "x".repeat(100_000), "currentPassword": PASSWORD});
    for path in POSTS {
        let answer = app.post(path).cookie(&token).json(&large).undocumented().send().await;
        assert_error(&answer, 413, "PAYLOAD_TOO_LARGE", "Request body is too large");
        for content_type in ["text/plain", "multipart/form-data; boundary=x", ""] {
            let answer = app
                .post(path)
                .cookie(&token)
                .body(content_type, "{}")
                .send()
                .await
                .expect(415);
            assert_eq!(answer.json()["code"], "UNSUPPORTED_MEDIA_TYPE");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_any_kind_is_a_password() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut current = PASSWORD.to_owned();
    for new in [
        "\0nine\0lanterns\0over",
        "\u{202e}right to left",
        "девять фонарей над Псковом",
        "'; DROP TABLE users; --",
        "<script>alert(1)</script>",
        "  nine   lanterns   over  ",
        "{\"S\": \"x\"}",
    ] {
        let body = json!({"currentPassword": current, "newPassword": new});
        let _ = app.post(CHANGE).cookie(&token).json(&body).send().await.expect(200);
        new.clone_into(&mut current);
    }
    assert_password(&app, EMAIL, &current, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_and_a_wrong_method_are_not_found() {
    let app = start().await;
    for (method, path) in [
        ("GET", ASK),
        ("GET", RESET),
        ("PUT", CHANGE),
        ("POST", "/api/auth/reset-password/x"),
        ("GET", "/api/auth/reset-password/x/y?callbackURL=/"),
        ("GET", "/api/auth/reset-password/?callbackURL=/"),
    ] {
        let answer = app.request(method, path).undocumented().send().await.expect(404);
        assert_eq!(
            (answer.text().as_str(), answer.usage.dynamodb),
            ("", 0),
            "{method} {path}"
        );
    }
}
