//! Bodies that no client sends.

use serde_json::{Value, json};
use shared::testkit::Answer;

use super::{EMAIL, LOGIN, PASSWORD, REFRESH, VALIDATE, assert_invalid_token, data, login, start_with_ada, validate};

const JSON: &str = "application/json";
const ALL: [&str; 3] = [LOGIN, REFRESH, VALIDATE];

fn assert_invalid(answer: &Answer, message: &str, errors: &[(&str, &str)]) {
    assert_eq!(answer.status.as_u16(), 400, "{}", answer.text());
    let errors: Vec<Value> = errors
        .iter()
        .map(|(field, message)| json!({"field": field, "message": message}))
        .collect();
    assert_eq!(
        answer.json(),
        json!({"result": "FAILURE", "message": message, "data": {"code": "VALIDATION_ERROR", "errors": errors}})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_that_breaks_its_rule_is_named() {
    let app = start_with_ada().await;
    let invalid = "Request body is not valid";
    let long = "x".repeat(2001);
    for (path, body, errors) in [
        (
            LOGIN,
            json!({}),
            vec![("email", "is required"), ("password", "is required")],
        ),
        (
            LOGIN,
            json!({"email": "ada", "password": "", "rememberMe": "true"}),
            vec![
                ("email", "must be a valid email address"),
                ("password", "must not be empty"),
                ("rememberMe", "must be a boolean"),
            ],
        ),
        (
            LOGIN,
            json!({"email": 1, "password": [], "rememberMe": null}),
            vec![
                ("email", "must be a string"),
                ("password", "must be a string"),
                ("rememberMe", "must be a boolean"),
            ],
        ),
        (
            LOGIN,
            json!({"email": format!("{}@example.com", "x".repeat(250)), "password": PASSWORD}),
            vec![("email", "must be a valid email address")],
        ),
        (
            REFRESH,
            json!({"refreshToken": ""}),
            vec![("refreshToken", "must not be empty")],
        ),
        (
            REFRESH,
            json!({"refreshToken": "x".repeat(1001)}),
            vec![("refreshToken", "must have at most 1000 characters")],
        ),
        (VALIDATE, json!({"token": null}), vec![("token", "must be a string")]),
        (
            VALIDATE,
            json!({"token": long}),
            vec![("token", "must have at most 2000 characters")],
        ),
        (
            VALIDATE,
            json!({"token": "", "tokenType": "id"}),
            vec![
                ("token", "must not be empty"),
                ("tokenType", "must be access or refresh"),
            ],
        ),
        (
            VALIDATE,
            json!({"token": "x", "tokenType": null}),
            vec![("tokenType", "must be access or refresh")],
        ),
    ] {
        assert_invalid(&app.post(path).json(&body).send().await, invalid, &errors);
    }
    for path in ALL {
        for body in ["[]", "null", "\"text\"", "1", "[{}]"] {
            let answer = app.post(path).body(JSON, body).send().await;
            assert_invalid(&answer, invalid, &[("", "must be an object")]);
        }
    }
    let _ = data(&login(&app, EMAIL, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_cannot_be_read_is_refused() {
    let app = start_with_ada().await;
    let nested = "[".repeat(10_000);
    for path in ALL {
        for body in [
            &b"{\"email\":"[..],
            b"",
            b"{} {}",
            b"{\"email\": \"\xff\"}",
            b"\0",
            nested.as_bytes(),
        ] {
            let answer = app.post(path).body(JSON, body).send().await;
            assert_invalid(&answer, "Request body is not valid JSON", &[]);
        }
        let whole = json!({"email": EMAIL, "password": PASSWORD, "token": "x", "refreshToken": "x"}).to_string();
        for content_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let answer = app.post(path).body(content_type, whole.as_str()).send().await;
            assert_invalid(&answer, "Content-Type must be application/json", &[]);
        }
        let large = json!({"email": EMAIL, "password": "x".repeat(100_000)});
        let answer = app.post(path).json(&large).undocumented().send().await.expect(413);
        assert_eq!(answer.json()["data"], json!({"code": "PAYLOAD_TOO_LARGE"}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_token_is_answered_as_any_invalid_one() {
    let app = start_with_ada().await;
    let good = data(&login(&app, EMAIL, PASSWORD).await);
    let jwt = good["accessToken"].as_str().expect("a token").to_owned();
    let (head, signature) = jwt.rsplit_once('.').expect("a signature");
    let cut = &jwt[..jwt.len() - 1];
    for token in [
        "x", "..", "a.b.c", "\u{0}", "ses_", "rft_", " ", "é", cut, head, signature,
    ] {
        for kind in ["access", "refresh"] {
            assert_invalid_token(&validate(&app, &json!(token), kind).await);
        }
    }
    assert_invalid_token(&validate(&app, &json!(format!("{head}.")), "access").await);
    assert_invalid_token(&validate(&app, &json!("x".repeat(2000)), "access").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_and_paths_are_not_found() {
    let app = start_with_ada().await;
    for path in ALL.into_iter().chain(["/accounts/v1/auth/logout"]) {
        let answer = app.get(path).undocumented().send().await.expect(404);
        assert_eq!(answer.json()["data"], json!({"code": "NOT_FOUND"}));
    }
}
