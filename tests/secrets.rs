//! Secret settings in AWS Secrets Manager: when they are read, what a change of them does, and what is refused without
//! them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Form;
use axum::routing::post;
use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::domain::RateLimit;
use shared::secrets::{READ_EVERY, REFRESH_AFTER};
use shared::testkit::{Answer, PASSWORD, TestApp};

use super::authorization::routes;

const ARN: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:ostiary-AbCdEf";
const ONE: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

async fn start(settings: &[(&str, &str)], secret: &Value) -> TestApp {
    let own = [("SECRETS_ARN", ARN)];
    let app = TestApp::with_settings(routes, &[&own, settings].concat()).await;
    app.aws.put_secret(ARN, &secret.to_string());
    app
}

fn proxy(secret: &str) -> Value {
    json!({ "CLOUDFRONT_SECRET": secret })
}

/// A request that comes through a proxy.
async fn through(app: &TestApp, secret: &str, viewer: &str) -> Answer {
    let body = json!({ "email": format!("{}@example.com", viewer.replace('.', "-")), "password": "not the password" });
    app.post("/api/auth/sign-in/email")
        .header("x-origin-verify", secret)
        .header("cloudfront-viewer-address", &format!("{viewer}:1"))
        .json(&body)
        .send()
        .await
}

/// Whether the proxy is trusted to name the client: requests of one viewer have a limit of their own.
async fn is_trusted(app: &TestApp, secret: &str, viewer: &str) -> bool {
    for _ in 0..RateLimit::SIGN_IN.max {
        let _ = through(app, secret, viewer).await.expect(401);
    }
    let limited = through(app, secret, viewer).await;
    assert_eq!(limited.status, 429);
    let other = through(app, secret, &format!("{viewer}9")).await;
    // Without trust, all of them come from the address that has connected.
    other.status == 401
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_read_at_its_first_use_and_after_five_minutes() {
    let app = start(&[], &proxy(ONE)).await;
    let calls = async |app: &TestApp| through(app, ONE, "198.51.100.1").await.usage.secrets_manager;
    let without = app.get("/api/auth/get-session").send().await.expect(200);
    assert_eq!(without.usage.secrets_manager, 0);
    assert_eq!((calls(&app).await, calls(&app).await), (1, 0));
    app.clock.advance(REFRESH_AFTER - SignedDuration::from_secs(1));
    assert_eq!(calls(&app).await, 0);
    app.clock.advance(SignedDuration::from_secs(1));
    assert_eq!((calls(&app).await, calls(&app).await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_without_the_secret_makes_no_call() {
    let app = TestApp::with_settings(routes, &[]).await;
    assert_eq!(through(&app, ONE, "198.51.100.1").await.usage.secrets_manager, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_proxy_secret_counts_after_five_minutes() {
    let app = start(&[("RATE_LIMITS", "on")], &proxy(ONE)).await;
    assert!(is_trusted(&app, ONE, "198.51.100.1").await);
    app.aws.put_secret(ARN, &proxy(OTHER).to_string());
    app.clock.advance(REFRESH_AFTER);
    assert!(is_trusted(&app, OTHER, "198.51.100.2").await);
    app.clock.advance(SignedDuration::from_mins(2));
    assert!(!is_trusted(&app, ONE, "198.51.100.3").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_secret_counts_while_secrets_manager_does_not_answer() {
    let app = start(&[("RATE_LIMITS", "on")], &proxy(ONE)).await;
    assert!(is_trusted(&app, ONE, "198.51.100.1").await);
    app.aws.faults().set(Service::SecretsManager, Mode::Error);
    app.clock.advance(REFRESH_AFTER);
    assert!(is_trusted(&app, ONE, "198.51.100.2").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_proxy_is_trusted_without_a_valid_secret() {
    for invalid in [
        None,
        Some("not JSON"),
        Some("[]"),
        Some(r#"{"CLOUDFRONT_SECRET": "short"}"#),
    ] {
        let app = start(&[("RATE_LIMITS", "on")], &proxy(ONE)).await;
        assert!(is_trusted(&app, ONE, "198.51.100.1").await);
        match invalid {
            Some(text) => app.aws.put_secret(ARN, text),
            None => app.aws.remove_secret(ARN),
        }
        app.clock.advance(REFRESH_AFTER);
        assert!(!is_trusted(&app, ONE, "198.51.100.2").await, "{invalid:?}");
    }
}

/// A captcha provider that knows one secret.
#[derive(Clone)]
struct CaptchaProvider {
    endpoint: String,
    secret: Arc<Mutex<String>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl CaptchaProvider {
    async fn start(secret: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let provider = Self {
            endpoint: format!("http://{}/", listener.local_addr().expect("an address")),
            secret: Arc::new(Mutex::new(secret.to_owned())),
            asked: Arc::default(),
        };
        let answering = provider.clone();
        let verify = async move |Form(form): Form<Vec<(String, String)>>| {
            let (_, presented) = form.into_iter().find(|(name, _)| name == "secret").expect("a secret");
            let is_known = *answering.secret.lock().expect("no panic") == presented;
            answering.asked.lock().expect("no panic").push(presented);
            let codes = if is_known {
                json!([])
            } else {
                json!(["invalid-input-secret"])
            };
            axum::Json(json!({ "success": is_known, "error-codes": codes }))
        };
        let router = Router::new().route("/", post(verify));
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn replace_secret(&self, secret: &str) {
        secret.clone_into(&mut self.secret.lock().expect("no panic"));
    }

    async fn app(&self, secret: &str) -> TestApp {
        let settings = [
            ("CAPTCHA_PROVIDER", "turnstile"),
            ("CAPTCHA_CONTRACTS", "better_auth"),
            ("CAPTCHA_ENDPOINT", &self.endpoint),
        ];
        start(&settings, &json!({ "CAPTCHA_SECRET": secret })).await
    }
}

async fn sign_up(app: &TestApp, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD, "name": "Ada" });
    let request = app.post("/api/auth/sign-up/email").json(&body).undocumented();
    request.header("x-captcha-response", "solved").send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_captcha_secret_counts_at_the_first_refusal() {
    let provider = CaptchaProvider::start("first").await;
    let app = provider.app("first").await;
    let first = sign_up(&app, "ada@example.com").await.expect(200);
    assert_eq!(first.usage.secrets_manager, 1);
    app.clock.advance(READ_EVERY);
    app.aws
        .put_secret(ARN, &json!({ "CAPTCHA_SECRET": "second" }).to_string());
    provider.replace_secret("second");
    let second = sign_up(&app, "grace@example.com").await.expect(200);
    assert_eq!(second.usage.secrets_manager, 1);
    let asked = provider.asked.lock().expect("no panic").clone();
    assert_eq!(asked, ["first", "first", "second"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_stays_refused_is_read_twice_a_minute_at_most() {
    let provider = CaptchaProvider::start("another").await;
    let app = provider.app("first").await;
    let mut reads = Vec::new();
    for _ in 0..6 {
        let refused = sign_up(&app, "ada@example.com").await.expect(503);
        reads.push(refused.usage.secrets_manager);
        app.clock.advance(SignedDuration::from_secs(10));
    }
    assert_eq!(reads, [1, 0, 0, 1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_secret_is_unavailable_without_it() {
    let provider = CaptchaProvider::start("first").await;
    let app = provider.app("first").await;
    app.aws.remove_secret(ARN);
    let refused = sign_up(&app, "ada@example.com").await.expect(503);
    assert!(refused.header("retry-after").is_some());
    let social = app
        .post("/api/auth/sign-in/social")
        .json(&json!({ "provider": "google" }));
    let _ = social.header("x-captcha-response", "solved").send().await.expect(503);
    assert!(provider.asked.lock().expect("no panic").is_empty());
    // Once the secret exists, the next attempt after some seconds succeeds.
    app.aws
        .put_secret(ARN, &json!({ "CAPTCHA_SECRET": "first" }).to_string());
    app.clock.advance(SignedDuration::from_secs(5));
    let _ = sign_up(&app, "ada@example.com").await.expect(200);
}
