//! Bodies with a content encoding, which no contract defines.

use serde_json::{Value, json};

use super::start;

const FLATE: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0];

fn form_of(path: &str) -> Value {
    const MESSAGE: &str = "Content-Encoding is not supported";
    match path {
        "/api/auth/login" => json!({"detail": MESSAGE}),
        "/auth/sign-in" => json!({"statusCode": 415, "error": "Unsupported Media Type", "message": MESSAGE}),
        "/accounts/v1/auth/login" => json!({
            "result": "FAILURE", "message": MESSAGE, "data": {"code": "VALIDATION_ERROR", "errors": []},
        }),
        _ => json!({"code": "UNSUPPORTED_MEDIA_TYPE", "message": MESSAGE}),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_body_is_415_in_the_form_of_each_contract() {
    let app = start().await;
    for path in [
        "/api/auth/sign-in/email",
        "/api/auth/sign-up/email",
        "/api/auth/sign-out",
        "/api/auth/login",
        "/auth/sign-in",
        "/accounts/v1/auth/login",
    ] {
        for encoding in ["gzip", "br", "deflate", "zstd", "GZIP", "identity, gzip", "nonsense"] {
            let request = app.post(path).body("application/json", FLATE).undocumented();
            let answer = request.header("content-encoding", encoding).send().await.expect(415);
            assert_eq!(answer.json(), form_of(path), "{path} {encoding}");
            assert_eq!(answer.usage.dynamodb, 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoding_that_changes_nothing_is_none() {
    let app = start().await;
    for encoding in ["identity", "Identity", "", " "] {
        let request = app.post("/api/auth/sign-out").json(&json!({}));
        let _ = request.header("content-encoding", encoding).send().await.expect(200);
    }
}
