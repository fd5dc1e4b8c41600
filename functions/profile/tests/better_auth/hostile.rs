//! Bodies and paths that no client sends.

use serde_json::{Value, json};

use super::{CHANGE_EMAIL, DELETE, EMAIL, SEND, UPDATE, assert_error, is_live, sign_up, start, user_of};

const JSON: &str = "application/json";
const POSTS: [&str; 4] = [UPDATE, DELETE, SEND, CHANGE_EMAIL];

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused_and_leaves_nothing_behind() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = user_of(&app, &token).await;
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
        for body in ["[]", "null", "\"text\"", "1", "[{}]"] {
            let answer = app.post(path).cookie(&token).body(JSON, body).send().await.expect(400);
            assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
        }
        let fields = json!({"email": {"x": 1}, "newEmail": [], "name": {}, "password": true, "token": 5});
        let answer = app.post(path).cookie(&token).json(&fields).send().await.expect(400);
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    }
    assert!(app.mails().is_empty());
    assert_eq!(user_of(&app, &token).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_or_of_another_type_is_refused() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let large = json!({"email": EMAIL, "newEmail": "b@example.com", "name": "x".repeat(100_000)});
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
    assert!(is_live(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn control_and_invisible_characters_are_no_name() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let before = user_of(&app, &token).await;
    for name in [
        "\0\u{1}\u{7f}",
        "\u{202e}right to left\u{202c}",
        "x\r\nBcc: eve@example.com",
        "A\u{200b}da",
    ] {
        let answer = app
            .post(UPDATE)
            .cookie(&token)
            .json(&json!({"name": name}))
            .send()
            .await;
        assert_eq!(answer.expect(400).json()["code"], "VALIDATION_ERROR", "{name:?}");
    }
    assert_eq!(user_of(&app, &token).await, before);
    let copied = json!({"name": "\u{feff}Ada Love\u{ad}lace\u{200b}\n"});
    let _ = app.post(UPDATE).cookie(&token).json(&copied).send().await.expect(200);
    assert_eq!(user_of(&app, &token).await["name"], "Ada Lovelace");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_of_any_kind_is_a_name() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for name in [
        "Агата 💥",
        "'; DROP TABLE users; --",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "xBcc: eve@example.com",
    ] {
        let body = json!({"name": name, "image": "javascript:alert(1)"});
        let _ = app.post(UPDATE).cookie(&token).json(&body).send().await.expect(200);
        assert_eq!(user_of(&app, &token).await["name"], name);
        // A name reaches others by mail: there it is no markup, and no header.
        let change = json!({"newEmail": "grace@example.com"});
        let _ = app
            .post(CHANGE_EMAIL)
            .cookie(&token)
            .json(&change)
            .send()
            .await
            .expect(200);
        let mail = app.last_mail("change-email");
        assert_eq!(mail.to, ["grace@example.com"]);
        assert!(!mail.html.expect("a page").contains("<script>"));
        assert!(!mail.text.expect("a text").contains("49"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_named_twice_counts_as_its_last() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let body = r#"{"name": "Ada", "role": "admin", "name": "Eve"}"#;
    let answer = app
        .post(UPDATE)
        .cookie(&token)
        .body(JSON, body)
        .send()
        .await
        .expect(400);
    assert_eq!(answer.json()["code"], "FIELD_NOT_ALLOWED");
    let form = app
        .post(UPDATE)
        .cookie(&token)
        .form(&[("name", "Ada"), ("name", "Eve")]);
    let _ = form.send().await.expect(200);
    assert_eq!(user_of(&app, &token).await["name"], "Eve");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_and_a_wrong_method_are_not_found() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    for (method, path) in [
        ("GET", UPDATE),
        ("DELETE", DELETE),
        ("GET", DELETE),
        ("POST", "/api/auth/verify-email?token=x"),
        ("POST", "/api/auth/delete-user/callback"),
        ("GET", "/api/auth/delete-user/callback/x"),
        ("GET", "/api/auth/verify-email/?token=x"),
    ] {
        let request = app.request(method, path).cookie(&token).undocumented();
        let answer = request.send().await.expect(404);
        assert_eq!(
            (answer.text().as_str(), answer.usage.dynamodb),
            ("", 0),
            "{method} {path}"
        );
    }
    assert_ne!(user_of(&app, &token).await, Value::Null);
}

/// The mail would go to the second of the addresses within it.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_within_an_address_gets_no_mail_from_any_operation() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let slug = json!({"name": "Acme", "slug": "acme"});
    let create = app.post("/api/auth/organization/create").bearer(&session).json(&slug);
    let _ = create.send().await.expect(200);
    let before = app.mails().len();
    for email in [r#""a>,<b@c"@d.example"#, "a@b.example/c", "ada@[192.0.2.1]"] {
        for (path, body) in [
            ("/api/auth/change-email", json!({"newEmail": email})),
            ("/api/auth/send-verification-email", json!({"email": email})),
            ("/api/auth/forget-password", json!({"email": email})),
            (
                "/api/auth/organization/invite-member",
                json!({"email": email, "role": "member"}),
            ),
            ("/auth/forgot-password", json!({"email": email})),
        ] {
            let answer = app.post(path).bearer(&session).json(&body).send().await;
            assert_eq!(answer.status, 400, "{path} {email}: {}", answer.text());
        }
    }
    assert_eq!(app.mails().len(), before);
}
