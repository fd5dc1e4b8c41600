//! The `platform` contract over HTTP: the state of the service, and its metrics.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

async fn start() -> TestApp {
    TestApp::start(health::routes).await
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.get(path).send().await
}

/// The names and the states of the parts.
fn parts(answer: &Value) -> Value {
    let checks = answer["checks"].as_array().expect("checks").iter();
    checks
        .map(|check| json!([check["name"], check["status"]]))
        .collect::<Vec<_>>()
        .into()
}

#[tokio::test]
async fn the_service_names_itself_with_and_without_a_slash() {
    let app = start().await;
    let expected = json!({"name": "Ostiary", "version": env!("CARGO_PKG_VERSION"), "status": "ok"});
    assert_eq!(get(&app, "/v1/").await.expect(200).json(), expected);
    let answer = app.get("/v1").undocumented().send().await.expect(200);
    assert_eq!((answer.json(), answer.usage.dynamodb), (expected, 0));
}

#[tokio::test]
async fn a_healthy_service_says_so() {
    let app = start().await;
    app.clock.advance(SignedDuration::from_mins(2));
    let short = get(&app, "/v1/health").await.expect(200).json();
    assert_eq!(
        short,
        json!({
            "status": "ok", "version": env!("CARGO_PKG_VERSION"), "uptime_seconds": 120,
            "timestamp": "2026-01-31T12:02:00.000Z",
        })
    );
    let detailed = get(&app, "/v1/health/detailed").await.expect(200).json();
    assert_eq!(
        (&detailed["status"], &detailed["uptime_seconds"]),
        (&short["status"], &short["uptime_seconds"])
    );
    assert_eq!(parts(&detailed), json!([["database", "up"], ["keys", "up"]]));
    let ready = get(&app, "/v1/health/ready").await.expect(200).json();
    assert_eq!((&ready["ready"], parts(&ready)), (&json!(true), parts(&detailed)));
    assert_eq!(
        get(&app, "/v1/health/live").await.expect(200).json(),
        json!({"alive": true})
    );
    assert_eq!(
        get(&app, "/v1/auth/health").await.expect(200).json(),
        json!({"status": "ok", "timestamp": "2026-01-31T12:02:00.000Z"})
    );
}

#[tokio::test]
async fn without_the_table_the_service_is_alive_and_not_ready() {
    let app = start().await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    assert_eq!(get(&app, "/v1/health").await.expect(503).json()["status"], "degraded");
    let ready = get(&app, "/v1/health/ready").await.expect(503).json();
    assert_eq!(ready["ready"], false);
    assert_eq!(parts(&ready), json!([["database", "down"], ["keys", "down"]]));
    let detailed = get(&app, "/v1/health/detailed").await.expect(200).json();
    assert_eq!(detailed["status"], "degraded");
    assert_eq!(
        get(&app, "/v1/auth/health").await.expect(200).json()["status"],
        "degraded"
    );
    let _ = get(&app, "/v1/health/live").await.expect(200);
    let _ = get(&app, "/v1/").await.expect(200);
}

/// The answers are public: they name no host, table or key.
#[tokio::test]
async fn a_failure_discloses_nothing() {
    let app = start().await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    for path in [
        "/v1/health",
        "/v1/health/detailed",
        "/v1/health/ready",
        "/v1/auth/health",
    ] {
        let text = get(&app, path).await.text();
        for secret in ["127.0.0.1", "http", "KEY_RING", app.state.config.table_name.as_str()] {
            assert!(!text.contains(secret), "{path}: {text}");
        }
    }
}

#[tokio::test]
async fn what_the_checks_cost() {
    let app = start().await;
    for (path, calls) in [
        ("/v1/health", 2),
        ("/v1/health/detailed", 2),
        ("/v1/health/ready", 2),
        ("/v1/auth/health", 2),
        ("/v1/health/live", 0),
        ("/v1/metrics", 0),
    ] {
        let usage = get(&app, path).await.usage;
        assert_eq!((usage.dynamodb, usage.kms), (calls, 0), "{path}");
    }
}

/// The counters are those of the process, and other tests count too.
#[tokio::test]
async fn metrics_count_requests_by_route_and_hold_no_data_of_clients() {
    let app = start().await;
    let _ = get(&app, "/v1/health").await.expect(200);
    let path = "/api/auth/secret-of-a-client?token=another-secret";
    let _ = app.request("BREW", path).undocumented().send().await;
    let answer = get(&app, "/v1/metrics").await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4"));
    let text = answer.text();
    let value = |series: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(series));
        let line = line.unwrap_or_else(|| panic!("no series {series}: {text}"));
        line.rsplit(' ')
            .next()
            .and_then(|value| value.parse().ok())
            .expect("a number")
    };
    let health = r#"{contract="platform",method="GET",route="/v1/health",status="200"}"#;
    assert!(value(&format!("ostiary_http_requests_total{health}")) >= 1.0);
    let unknown = r#"{contract="better_auth",method="other",route="unknown",status="404"}"#;
    assert!(value(&format!("ostiary_http_requests_total{unknown}")) >= 1.0);
    assert!(value("ostiary_http_request_duration_seconds_count{contract=\"platform\"}") >= 1.0);
    assert!(value("ostiary_aws_calls_total{service=\"dynamodb\"}") >= 2.0);
    assert!(!text.contains("secret") && !text.contains("BREW"), "{text}");
    assert!(text.contains("On Lambda each process counts its own requests"));
}
