//! What there is not, in the words of each contract: everything that has no route comes to this function.

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

async fn ask(method: &str, path: &str) -> Answer {
    let app = TestApp::start(health::routes).await;
    let answer = app.request(method, path).undocumented().send().await;
    assert_eq!(answer.usage.dynamodb, 0, "nothing is asked of the table");
    answer
}

#[tokio::test]
async fn better_auth_says_nothing() {
    // An unknown path, a wrong method here, and one at a path of another function.
    for (method, path) in [
        ("GET", "/api/auth/nope"),
        ("POST", "/api/auth/ok"),
        ("GET", "/api/auth/sign-in/email"),
        ("DELETE", "/api/auth/sign-out"),
        ("GET", "/api/auth/ok/"),
        ("GET", "/api/auth"),
    ] {
        let answer = ask(method, path).await.expect(404);
        assert_eq!(
            (answer.text(), answer.header("content-type")),
            (String::new(), None),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn basic_says_that_the_method_is_wrong() {
    for path in ["/api/auth/signup", "/api/auth/login", "/api/auth/signup_invite"] {
        let answer = ask("GET", path).await.expect(405);
        assert_eq!(answer.json(), json!({ "detail": "Method Not Allowed" }));
        assert_eq!(answer.header("allow"), Some("POST"));
    }
}

#[tokio::test]
async fn the_others_say_that_there_is_nothing() {
    let teams = |message: &str| json!({ "statusCode": 404, "message": message, "error": "Not Found" });
    let accounts = |message: &str| json!({ "result": "FAILURE", "message": message, "data": { "code": "NOT_FOUND" } });
    let known: [(&str, &str, Value); 7] = [
        ("GET", "/auth/nope", teams("Cannot GET /auth/nope")),
        ("DELETE", "/auth/sign-in", teams("Cannot DELETE /auth/sign-in")),
        ("GET", "/v1/nope?token=x", teams("Cannot GET /v1/nope")),
        ("GET", "/accounts/v1/nope", accounts("Cannot GET /accounts/v1/nope")),
        ("GET", "/", json!({ "message": "Not Found" })),
        ("POST", "/.well-known/jwks.json", json!({ "message": "Not Found" })),
        ("GET", "/authority", json!({ "message": "Not Found" })),
    ];
    for (method, path, expected) in known {
        let answer = ask(method, path).await.expect(404);
        assert_eq!(answer.json(), expected, "{method} {path}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn a_path_is_repeated_as_text() {
    let answer = ask("GET", "/auth/%22%3E%3Cscript%3E").await.expect(404);
    assert_eq!(answer.json()["message"], "Cannot GET /auth/%22%3E%3Cscript%3E");
}
