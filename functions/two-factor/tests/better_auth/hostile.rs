//! Input that no client sends: always a 4xx of the contract, never a 5xx, and nothing changes.

use serde_json::{Value, json};

use super::support::*;

const PATHS: [&str; 8] = [
    ENABLE,
    DISABLE,
    GET_URI,
    VERIFY_TOTP,
    SEND_OTP,
    VERIFY_OTP,
    GENERATE,
    VERIFY_BACKUP,
];

fn bodies() -> Vec<Value> {
    let long = "9".repeat(5_000);
    let mut bodies = vec![json!([]), json!("x"), json!(null), json!(7)];
    for value in [
        json!(null),
        json!(123_456),
        json!([]),
        json!({}),
        json!(true),
        json!(long),
    ] {
        bodies.push(json!({"code": value, "password": value, "issuer": value, "method": value, "trustDevice": value}));
    }
    for text in [
        "",
        "\0",
        "０１２３４５",
        "1234567",
        "-12345",
        "'; DROP TABLE",
        "\u{202e}123456",
    ] {
        bodies.push(json!({"code": text, "password": text, "issuer": text}));
    }
    bodies.push(json!({"code": "000000", "password": "x", "method": "sms"}));
    bodies.push(json!({"code": "000000", "trustDevice": "yes", "password": "x"}));
    bodies.push(json!({"code": "000000", "disableSession": 1, "password": "x"}));
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_is_refused_in_the_contracts_form() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    for path in PATHS {
        for body in bodies() {
            // Sending a code takes no fields, so it takes any.
            if path == SEND_OTP && body.is_object() {
                continue;
            }
            let pending = challenge(&app, EMAIL).await;
            let by_session = app.post(path).cookie(&ada.token).json(&body).send().await;
            let by_challenge = with_challenge(&app, path, &pending).json(&body).send().await;
            for answer in [by_session, by_challenge] {
                assert!(
                    answer.status.is_client_error(),
                    "{path} {} {}",
                    answer.status,
                    answer.text()
                );
                assert!(answer.json()["code"].is_string(), "{}", answer.text());
                assert!(cookie_of(&answer, SESSION_COOKIE).is_none());
            }
        }
    }
    let session = session_of(&app, &ada.token).await;
    assert_eq!(session["user"]["twoFactorEnabled"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_pages_make_no_request_in_a_browsers_name() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    for path in PATHS {
        for cookie in [
            format!("{CHALLENGE_COOKIE}={pending}"),
            format!("{SESSION_COOKIE}={}", ada.token),
        ] {
            let body = json!({"code": ada.phone.code(&app), "password": PASSWORD});
            let request = || app.post(path).header("cookie", &cookie).json(&body);
            let foreign = request().header("origin", "https://evil.test").send().await;
            assert_refused(&foreign, 403, "INVALID_ORIGIN");
            assert_refused(&request().send().await, 403, "MISSING_OR_NULL_ORIGIN");
        }
    }
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_post_is_there() {
    let app = start().await;
    for path in PATHS {
        for method in ["GET", "PUT", "DELETE"] {
            let answer = app.request(method, path).undocumented().send().await;
            assert_eq!(answer.status, 404, "{method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_none_are_refused() {
    let app = start().await;
    let ada = enroll(&app, EMAIL).await;
    let pending = challenge(&app, EMAIL).await;
    let altered = format!("{}AAAA", &pending[..pending.len() - 4]);
    let long = "sfc_".to_owned() + &"A".repeat(5000);
    for token in ["sfc_", "sfc_AAAA", &altered, &long, &pending.replacen("sfc", "ses", 1)] {
        let code = json!({"code": ada.phone.code(&app)});
        let by_header = app.post(VERIFY_TOTP).bearer(token).json(&code).send().await;
        let by_cookie = show(&app, VERIFY_TOTP, token, &ada.phone.code(&app)).send().await;
        for answer in [by_header, by_cookie] {
            assert_refused(&answer, 401, "INVALID_TWO_FACTOR_COOKIE");
        }
    }
    let _ = show(&app, VERIFY_TOTP, &pending, &ada.phone.code(&app))
        .send()
        .await
        .expect(200);
}
