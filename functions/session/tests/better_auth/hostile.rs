//! Bodies, paths and tokens that no client sends.

use serde_json::{Value, json};

use super::{EMAIL, assert_error, sign_up, start};

const JSON: &str = "application/json";
const POSTS: [&str; 3] = [
    "/api/auth/sign-up/email",
    "/api/auth/sign-in/email",
    "/api/auth/revoke-session",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused_and_leaves_nothing_behind() {
    let app = start().await;
    let token = sign_up(&app, "eve@example.com").await;
    let nested = "[".repeat(10_000);
    let broken: [&[u8]; 6] = [
        b"{\"email\":",
        b"nonsense",
        b"{\"email\": \"\xff\xfe\"}",
        b"{} {}",
        b"\0",
        nested.as_bytes(),
    ];
    for path in POSTS {
        for body in broken {
            let answer = app.post(path).cookie(&token).body(JSON, body).send().await;
            assert_error(&answer, 400, "BAD_REQUEST", "Invalid JSON in request body");
        }
        for body in ["[]", "null", "\"text\"", "1", "true", "[{}]"] {
            let answer = app.post(path).cookie(&token).body(JSON, body).send().await.expect(400);
            assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
        }
        let fields = json!({"name": [], "email": {"x": 1}, "password": 5, "token": null, "rememberMe": {}});
        let answer = app.post(path).cookie(&token).json(&fields).send().await.expect(400);
        assert_eq!(answer.json()["code"], "VALIDATION_ERROR");
    }
    assert_eq!(app.mails().len(), 1);
    sign_up(&app, EMAIL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let large = json!({"name": "x".repeat(100_000), "email": EMAIL, "password": "x", "token": "x"});
    for path in POSTS
        .into_iter()
        .chain(["/api/auth/sign-out", "/api/auth/revoke-sessions"])
    {
        let answer = app.post(path).cookie(&token).json(&large).undocumented().send().await;
        assert_error(&answer, 413, "PAYLOAD_TOO_LARGE", "Request body is too large");
    }
    // Neither signed out nor revoked: the body is read before anything happens.
    let answer = app.get("/api/auth/get-session").cookie(&token).send().await.expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_types_of_content_are_refused() {
    let app = start().await;
    let token = sign_up(&app, "eve@example.com").await;
    let body = super::account(EMAIL).to_string();
    for path in POSTS {
        for content_type in ["text/plain", "multipart/form-data; boundary=x", "application/jsonx", ""] {
            let answer = app
                .post(path)
                .cookie(&token)
                .body(content_type, body.clone())
                .send()
                .await;
            let named = content_type.split(';').next().unwrap_or_default();
            let message = format!(
                "Content-Type \"{named}\" is not allowed. Allowed types: application/x-www-form-urlencoded, \
                 application/json"
            );
            assert_error(&answer, 415, "UNSUPPORTED_MEDIA_TYPE", &message);
        }
    }
    let request = app.post(POSTS[0]).body("Application/JSON; charset=utf-8", body);
    let _ = request.send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_and_a_wrong_method_are_not_found() {
    let app = start().await;
    for (method, path) in [
        ("GET", "/api/auth"),
        ("GET", "/api/auth/nothing"),
        ("POST", "/api/auth/sign-in/email/"),
        ("POST", "/api/auth/sign-in/email/x"),
        ("GET", "/api/auth/sign-in/email"),
        ("PUT", "/api/auth/sign-up/email"),
        ("DELETE", "/api/auth/sign-out"),
        ("PATCH", "/api/auth/get-session"),
        ("POST", "/api/auth/list-sessions"),
    ] {
        let answer = app.request(method, path).undocumented().send().await.expect(404);
        assert_eq!(
            (answer.text().as_str(), answer.usage.dynamodb),
            ("", 0),
            "{method} {path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_costs_no_read() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut altered = token.clone().into_bytes();
    altered[20] = if altered[20] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).expect("ASCII");
    let long = format!("ses_{}", "A".repeat(9000));
    for forged in [
        "",
        "ses_",
        "%",
        "%00",
        "..",
        "a.b.c",
        "null",
        &altered,
        &long,
        &token[..token.len() - 1],
        &token[4..],
        &token.replacen("ses_", "rft_", 1),
        &token.to_uppercase(),
        &format!("{token}A"),
        &format!("{token}.signature"),
    ] {
        for request in [
            app.get("/api/auth/get-session").bearer(forged),
            app.get("/api/auth/get-session")
                .header("cookie", &format!("better-auth.session_token={forged}")),
        ] {
            let answer = request.send().await.expect(200);
            assert_eq!((answer.json(), answer.usage.dynamodb), (Value::Null, 0), "{forged:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_made_up_opens_nothing() {
    let app = start().await;
    let token = sign_up(&app, EMAIL).await;
    let mut forged = app.caller(&token).await.token.expect("a token");
    forged.secret = shared::domain::Secret::from_bytes([7; 32]);
    let answer = app
        .get("/api/auth/get-session")
        .bearer(&forged.to_string())
        .send()
        .await;
    assert_eq!(answer.expect(200).json(), Value::Null);
    let answer = app.post("/api/auth/sign-out").bearer(&forged.to_string()).send().await;
    let _ = answer.expect(200);
    let answer = app.get("/api/auth/get-session").bearer(&token).send().await.expect(200);
    assert_eq!(answer.json()["user"]["email"], EMAIL);
}
