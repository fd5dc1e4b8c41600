//! The captcha of the `teams` contract's sign-in, against a provider on a loopback port.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::post;
use serde_json::json;
use shared::testkit::{Answer, PASSWORD, TestApp};
use tokio::net::TcpListener;

const SOLVED: &str = r#"{"success": true}"#;
const UNSOLVED: &str = r#"{"success": false, "error-codes": ["invalid-input-response"]}"#;

/// The forms that the provider was sent.
type Received = Arc<Mutex<Vec<String>>>;

async fn start_with_captcha(answer: &'static str) -> (TestApp, Received) {
    let received = Received::default();
    let log = Arc::clone(&received);
    let verify = async move |form: String| {
        log.lock().expect("no panic").push(form);
        answer
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}/siteverify", listener.local_addr().expect("an address"));
    let provider = Router::new().route("/siteverify", post(verify));
    tokio::spawn(async { axum::serve(listener, provider).await });
    (guarded_by(&endpoint).await, received)
}

async fn guarded_by(endpoint: &str) -> TestApp {
    let settings = [
        ("CAPTCHA_PROVIDER", "turnstile"),
        ("CAPTCHA_SECRET", "secret"),
        ("CAPTCHA_ENDPOINT", endpoint),
        ("RATE_LIMITS", "on"),
    ];
    let app = crate::start_with(&settings).await;
    let person = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada"});
    // The captcha of the sign-up is another contract's matter.
    let _ = app
        .post("/api/auth/sign-up/email")
        .json(&person)
        .send()
        .await
        .expect(200);
    app
}

async fn sign_in(app: &TestApp, password: &str) -> Answer {
    let body = json!({
        "credentials": {"email": "ada@example.com", "password": password},
        "captchaToken": "captcha_token",
    });
    app.post("/auth/sign-in").json(&body).undocumented().send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_solved_captcha_admits_the_right_password() {
    let (app, received) = start_with_captcha(SOLVED).await;
    let _ = sign_in(&app, PASSWORD).await.expect(200);
    let _ = sign_in(&app, "not the password").await.expect(400);
    let forms = received.lock().expect("no panic").clone();
    assert_eq!(forms, ["secret=secret&response=captcha_token&remoteip=192.0.2.1"; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsolved_one_is_refused_before_the_password_is_verified() {
    let (app, _) = start_with_captcha(UNSOLVED).await;
    for password in [PASSWORD, "not the password"] {
        let answer = sign_in(&app, password).await.expect(400);
        let message = "Invalid captcha token or authentication failure";
        assert_eq!(
            answer.json(),
            json!({"statusCode": 400, "message": message, "error": "Bad Request"})
        );
        assert_eq!(answer.usage.kms, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_verdict_no_user_signs_in() {
    // Nothing listens there.
    let app = guarded_by("http://127.0.0.1:1/siteverify").await;
    let answer = sign_in(&app, PASSWORD).await.expect(503);
    assert_eq!(answer.header("retry-after"), Some("1"));
    let expected = json!({"statusCode": 503, "message": "Service unavailable", "error": "Service Unavailable"});
    assert_eq!(answer.json(), expected);
}
