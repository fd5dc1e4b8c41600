//! Verification with a provider on a loopback port.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::time::Instant;

use http_body_util::BodyExt as _;

use super::*;

/// A provider that always sends the same response, and records the requests.
struct Stub {
    endpoint: String,
    received: Arc<Mutex<Vec<(HeaderMap, String)>>>,
}

impl Stub {
    async fn start<F, R>(answer: F) -> Self
    where
        F: Fn() -> R + Clone + Send + Sync + 'static,
        R: Future<Output = Response> + Send + 'static,
    {
        let received = Arc::<Mutex<Vec<_>>>::default();
        let log = Arc::clone(&received);
        let handler = async move |headers: HeaderMap, body: String| {
            log.lock().unwrap().push((headers, body));
            answer().await
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/siteverify", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/siteverify", post(handler.clone()))
            .route("/elsewhere", post(handler));
        tokio::spawn(async { axum::serve(listener, router).await });
        Self { endpoint, received }
    }

    async fn answering(body: &'static str) -> Self {
        Self::start(move || async move { body.into_response() }).await
    }

    fn received(&self) -> Vec<(HeaderMap, String)> {
        self.received.lock().unwrap().clone()
    }
}

fn secrets() -> SecretValues {
    SecretValues {
        captcha: Some("s&cret".to_owned()),
        ..SecretValues::default()
    }
}

fn captcha_of(provider: CaptchaProvider, endpoint: &str, hostname: Option<&str>) -> Captcha {
    let settings = CaptchaSettings {
        provider,
        endpoint: Some(endpoint.to_owned()),
        hostname: hostname.map(str::to_owned),
    };
    Captcha::new(settings).unwrap()
}

fn captcha(stub: &Stub) -> Captcha {
    captcha_of(CaptchaProvider::Turnstile, &stub.endpoint, None)
}

async fn verify(stub: &Stub) -> Result<(), CaptchaRefused> {
    captcha(stub).verify(&secrets(), "token", "192.0.2.1").await
}

#[tokio::test]
async fn success_passes() {
    let stub = Stub::answering(r#"{"success": true, "hostname": "example.com", "challenge_ts": "x"}"#).await;
    assert_eq!(captcha(&stub).verify(&secrets(), "a=b&c", "192.0.2.1").await, Ok(()));
    let [(headers, body)] = stub.received().try_into().unwrap();
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert_eq!(body, "secret=s%26cret&response=a%3Db%26c&remoteip=192.0.2.1");
}

#[tokio::test]
async fn an_unknown_address_is_not_sent() {
    let stub = Stub::answering(r#"{"success": true}"#).await;
    assert_eq!(captcha(&stub).verify(&secrets(), "token", "").await, Ok(()));
    assert_eq!(stub.received()[0].1, "secret=s%26cret&response=token");
}

#[tokio::test]
async fn failure_is_rejected() {
    let stub = Stub::answering(r#"{"success": false, "error-codes": ["timeout-or-duplicate"]}"#).await;
    assert_eq!(verify(&stub).await, Err(CaptchaRefused::Rejected));
}

#[tokio::test]
async fn without_a_token_no_request_is_sent() {
    let stub = Stub::answering(r#"{"success": true}"#).await;
    assert_eq!(
        captcha(&stub).verify(&secrets(), "", "192.0.2.1").await,
        Err(CaptchaRefused::Rejected)
    );
    assert!(stub.received().is_empty());
}

#[tokio::test]
async fn a_refused_secret_is_no_failure_of_the_user() {
    for body in [
        r#"{"success": false, "error-codes": ["invalid-input-secret"]}"#,
        r#"{"success": false, "error-codes": ["bad-request", "internal-error"]}"#,
    ] {
        let stub = Stub::answering(body).await;
        assert_eq!(verify(&stub).await, Err(CaptchaRefused::Unavailable), "{body}");
    }
}

#[tokio::test]
async fn a_refused_secret_is_noted_and_another_error_is_not() {
    for (code, is_refused) in [("invalid-input-secret", true), ("internal-error", false)] {
        let stub = Stub::start(move || async move {
            format!(r#"{{"success": false, "error-codes": ["{code}"]}}"#).into_response()
        });
        let (captcha, secrets) = (captcha(&stub.await), secrets());
        let verdict = captcha.verify(&secrets, "token", "").await;
        assert_eq!(verdict, Err(CaptchaRefused::Unavailable), "{code}");
        assert_eq!(secrets.is_captcha_refused(), is_refused, "{code}");
    }
}

#[tokio::test]
async fn without_a_secret_no_request_is_sent() {
    let stub = Stub::answering(r#"{"success": true}"#).await;
    let verdict = captcha(&stub).verify(&SecretValues::default(), "token", "").await;
    assert_eq!(verdict, Err(CaptchaRefused::Unavailable));
    assert!(stub.received().is_empty());
}

#[tokio::test]
async fn the_hostname_is_compared_when_one_is_configured() {
    for (body, expected) in [
        (r#"{"success": true, "hostname": "Login.example.com"}"#, Ok(())),
        (
            r#"{"success": true, "hostname": "evil.example"}"#,
            Err(CaptchaRefused::Rejected),
        ),
        (r#"{"success": true}"#, Err(CaptchaRefused::Rejected)),
    ] {
        let stub = Stub::answering(body).await;
        let captcha = captcha_of(CaptchaProvider::Hcaptcha, &stub.endpoint, Some("login.example.com"));
        assert_eq!(captcha.verify(&secrets(), "token", "").await, expected, "{body}");
    }
}

#[tokio::test]
async fn a_low_score_of_recaptcha_is_rejected() {
    for (provider, body, expected) in [
        (
            CaptchaProvider::Recaptcha,
            r#"{"success": true, "score": 0.4}"#,
            Err(CaptchaRefused::Rejected),
        ),
        (CaptchaProvider::Recaptcha, r#"{"success": true, "score": 0.5}"#, Ok(())),
        (CaptchaProvider::Hcaptcha, r#"{"success": true, "score": 0.0}"#, Ok(())),
    ] {
        let stub = Stub::answering(body).await;
        assert_eq!(
            captcha_of(provider, &stub.endpoint, None)
                .verify(&secrets(), "token", "")
                .await,
            expected,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_malformed_response_is_refused() {
    for body in [
        "",
        "yes",
        "true",
        "[]",
        "{}",
        r#"{"success": "true"}"#,
        r#"{"success": 1}"#,
        r#"{"success": true"#,
    ] {
        let stub = Stub::answering(body).await;
        assert_eq!(verify(&stub).await, Err(CaptchaRefused::Unavailable), "{body}");
    }
}

#[tokio::test]
async fn an_error_status_is_refused_whatever_its_body() {
    for status in [
        StatusCode::INTERNAL_SERVER_ERROR,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::BAD_REQUEST,
    ] {
        let stub = Stub::start(move || async move { (status, r#"{"success": true}"#).into_response() }).await;
        assert_eq!(verify(&stub).await, Err(CaptchaRefused::Unavailable), "{status}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let stub = Stub::start(|| async {
        (
            StatusCode::TEMPORARY_REDIRECT,
            [(header::LOCATION, "/elsewhere")],
            r#"{"success": true}"#,
        )
            .into_response()
    })
    .await;
    assert_eq!(verify(&stub).await, Err(CaptchaRefused::Unavailable));
    assert_eq!(stub.received().len(), 1);
}

#[tokio::test]
async fn a_response_above_the_limit_is_refused() {
    let padded = |length: usize| format!(r#"{{"success": true, "padding": "{}"}}"#, "a".repeat(length));
    let stub = Stub::start(move || async move { padded(1 << 15).into_response() }).await;
    assert_eq!(verify(&stub).await, Ok(()));
    let stub = Stub::start(move || async move { padded(MAX_RESPONSE_BYTES).into_response() }).await;
    assert_eq!(verify(&stub).await, Err(CaptchaRefused::Unavailable));
    // In chunks, so that the length is not known beforehand.
    let chunked = move || async move { Body::new(padded(MAX_RESPONSE_BYTES).map_frame(|frame| frame)).into_response() };
    assert_eq!(
        verify(&Stub::start(chunked).await).await,
        Err(CaptchaRefused::Unavailable)
    );
}

/// Time is paused and advances only by waiting, so the test does not take three seconds.
#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_respond_times_out() {
    let stub = Stub::start(std::future::pending).await;
    let start = Instant::now();
    assert_eq!(verify(&stub).await, Err(CaptchaRefused::Unavailable));
    assert_eq!(start.elapsed().as_secs(), TIMEOUT.as_secs());
}

#[tokio::test]
async fn an_unreachable_provider_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let captcha = captcha_of(CaptchaProvider::Recaptcha, &endpoint, None);
    assert_eq!(
        captcha.verify(&secrets(), "token", "").await,
        Err(CaptchaRefused::Unavailable)
    );
}

#[test]
fn debug_hides_the_secret() {
    let captcha = captcha_of(CaptchaProvider::Recaptcha, "https://captcha.example/", None);
    assert!(!format!("{captcha:?}").contains("s&cret"));
}
