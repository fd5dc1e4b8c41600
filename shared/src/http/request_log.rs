//! One line per request, with the route, the user, the status and the cost. The line has CloudWatch's embedded metric
//! format, so that it is both log and metrics. It contains ids, and never a secret, a token, an address or a password.
//!
//! Each metric costs money, so only metrics by route that AWS does not already have are declared; the other fields are
//! for queries.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use http::header::ACCEPT_LANGUAGE;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use tracing::Instrument as _;

use super::{AppState, Meta, configuration, logs, meta, metrics};
use crate::audit;
use crate::domain::Contract;
use crate::domain::audit::{AuditRecord, Origin};
use crate::languages::Language;
use crate::usage::{self, Usage};

/// The sink of the lines: standard output on Lambda.
pub type RequestLog = fn(&RequestRecord);

/// The data of one line.
#[derive(Debug, Clone, Serialize)]
pub struct RequestRecord {
    #[serde(skip)]
    pub at: Timestamp,
    /// The name of the stack, so that several in one account do not mix.
    pub stack: String,
    pub request_id: Option<String>,
    pub lambda_request_id: Option<String>,
    pub method: String,
    /// The pattern, not the path: a path may hold a token.
    pub route: String,
    pub contract: Option<&'static str>,
    pub principal: Option<String>,
    pub status: u16,
    pub duration_ms: f64,
    #[serde(flatten)]
    pub usage: Usage,
    /// The audit records of the request, which were lines of their own.
    #[serde(skip)]
    pub audit: Vec<AuditRecord>,
}

/// The middleware around a request. The record is also an extension of the response, for callers that run routers in
/// process.
pub async fn record(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let record = RequestRecord {
        at: app.clock.now(),
        stack: app.config.signer.stack.clone(),
        request_id: meta::request_id(request.extensions()),
        lambda_request_id: meta::lambda_request_id(request.extensions()),
        method: request.method().to_string(),
        route: request
            .extensions()
            .get::<MatchedPath>()
            .map_or("unknown", MatchedPath::as_str)
            .to_owned(),
        contract: Contract::of(request.uri().path()).map(Contract::as_str),
        principal: None,
        status: 0,
        duration_ms: 0.0,
        usage: Usage::default(),
        audit: Vec::new(),
    };
    let accepted = request.headers().get(ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|header| Language::accepted(header.to_str().ok()?));
    let matched = request.extensions().get::<MatchedPath>();
    let needs_settings = configuration::is_needed_by(matched.map(MatchedPath::as_str));
    let span = logs::request_span(record.request_id.as_deref(), record.lambda_request_id.as_deref());
    let answer = async {
        if needs_settings {
            app.core.refresh_configuration(record.at).await;
        }
        meta::attach_proxy_secrets(&app, &mut request, record.at).await;
        let (mut parts, body) = request.into_parts();
        let client = Meta::of(&mut parts, &app).client;
        let origin = Origin {
            contract: record.contract,
            ip: client.ip,
            user_agent: client.user_agent,
            request_id: record.request_id.clone(),
            lambda_request_id: record.lambda_request_id.clone(),
        };
        audit::within(origin, record.at, next.run(Request::from_parts(parts, body))).await
    };
    let measured = Language::with_browser(accepted, answer.instrument(span));
    let ((mut response, trail), usage) = usage::measure(measured).await;
    let record = RequestRecord {
        principal: trail.principal,
        audit: trail.records,
        status: response.status().as_u16(),
        duration_ms: started.elapsed().as_secs_f64() * 1000.0,
        usage,
        ..record
    };
    (app.request_log)(&record);
    metrics::count(&record);
    if let Some(id) = record
        .request_id
        .as_deref()
        .and_then(|id| HeaderValue::from_str(id).ok())
    {
        response.headers_mut().insert("x-request-id", id);
    }
    response.extensions_mut().insert(record);
    response
}

/// Writes the record to standard output as a line of embedded metrics.
#[expect(
    clippy::print_stdout,
    reason = "standard output is where CloudWatch reads metrics from"
)]
pub fn to_stdout(record: &RequestRecord) {
    println!("{}", embedded_metrics(record));
}

/// Writes what became of the mails of one invocation of `mail-outbox`, if an operator should know it.
#[expect(
    clippy::print_stdout,
    reason = "standard output is where CloudWatch reads metrics from"
)]
pub fn mails_to_stdout(stack: &str, usage: &Usage, at: Timestamp) {
    if let Some(line) = mail_metrics(stack, usage, at) {
        println!("{line}");
    }
}

fn mail_metrics(stack: &str, usage: &Usage, at: Timestamp) -> Option<serde_json::Value> {
    // Mails that were made without the template that administrators keep for them, and mails that were given up.
    let metrics = [
        ("function", "failed_templates", usage.failed_templates),
        ("stack", "undeliverable_mails", usage.undeliverable_mails),
    ];
    let counted: Vec<_> = metrics.into_iter().filter(|(.., count)| *count > 0).collect();
    if counted.is_empty() {
        return None;
    }
    let directives = counted.iter().map(|(dimension, name, _)| {
        json!({
            "Namespace": "Ostiary",
            "Dimensions": [[dimension]],
            "Metrics": [{ "Name": name, "Unit": "Count" }],
        })
    });
    let mut line = json!({
        "function": "mail-outbox",
        "stack": stack,
        "_aws": {
            "Timestamp": at.as_millisecond(),
            "CloudWatchMetrics": directives.collect::<Vec<_>>(),
        },
    });
    for (_, name, count) in counted {
        line[name] = count.into();
    }
    Some(line)
}

fn embedded_metrics(record: &RequestRecord) -> serde_json::Value {
    let mut line = serde_json::to_value(record).unwrap_or_default();
    line["server_errors"] = u8::from(record.status >= 500).into();
    let mut metrics = vec![
        json!({ "Name": "duration_ms", "Unit": "Milliseconds" }),
        json!({ "Name": "server_errors", "Unit": "Count" }),
    ];
    let usage = &record.usage;
    if usage.failed_breach_checks > 0 {
        metrics.push(json!({ "Name": "failed_breach_checks", "Unit": "Count" }));
    }
    let mut directives = vec![json!({
        "Namespace": "Ostiary",
        "Dimensions": [["route"]],
        "Metrics": metrics,
    })];
    // These are the same whatever the route, and an alarm watches one metric.
    let of_stack = [
        ("failed_sign_ins", usage.failed_sign_ins),
        ("lockouts", usage.lockouts),
        ("throttles", usage.throttles),
        ("kms_throttles", usage.kms_throttles),
        ("late_rotations", usage.late_rotations),
    ];
    let of_stack = of_stack.iter().filter(|(_, count)| *count > 0);
    let of_stack: Vec<_> = of_stack
        .map(|(name, _)| json!({ "Name": name, "Unit": "Count" }))
        .collect();
    if !of_stack.is_empty() {
        directives.push(json!({
            "Namespace": "Ostiary",
            "Dimensions": [["stack"]],
            "Metrics": of_stack,
        }));
    }
    line["_aws"] = json!({
        "Timestamp": record.at.as_millisecond(),
        "CloudWatchMetrics": directives,
    });
    line
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex, PoisonError};

    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use lambda_http::Context;
    use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
    use lambda_http::request::RequestContext;
    use tower::ServiceExt as _;
    use tracing_subscriber::filter::{LevelFilter, Targets};

    use super::*;
    use crate::aws;
    use crate::clock::SystemClock;
    use crate::config::Config;
    use crate::entropy::OsEntropy;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A route that needs no settings of administrators, whose read would fail here and write a line of its own.
    const PATH: &str = "/api/auth/get-session";

    async fn fails() {
        tokio::task::yield_now().await;
        tracing::error!(reason = "a test", "this request failed");
    }

    #[tokio::test]
    async fn an_error_has_the_ids_of_the_request_line_at_every_level() {
        let config = Config::read(&|_| None).expect("settings");
        let core = aws::core(&config, &aws::loopback("http://127.0.0.1:9"), Arc::new(OsEntropy)).expect("a core");
        let state = AppState::new(core, config, Arc::new(SystemClock), |_| ());
        let router = Router::new().route(PATH, get(fails));
        let router = router
            .layer(from_fn_with_state(state.clone(), record))
            .with_state(state);
        // With one subscriber only, the thread that reaches a log line first decides for all threads whether it is
        // written.
        let _another = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());

        for level in [LevelFilter::ERROR, LevelFilter::INFO, LevelFilter::DEBUG] {
            let lines = Lines::default();
            let writer = lines.clone();
            let subscriber = logs::subscriber(Targets::new().with_default(level), move || writer.clone());
            let _guard = tracing::subscriber::set_default(subscriber);
            let mut gateway = ApiGatewayV2httpRequestContext::default();
            gateway.request_id = Some("gateway-id".to_owned());
            let mut lambda = Context::default();
            lambda.request_id = "lambda-id".to_owned();
            let request = Request::get(PATH)
                .extension(RequestContext::ApiGatewayV2(gateway))
                .extension(lambda)
                .body(Body::empty())
                .expect("a request");
            let response = router.clone().oneshot(request).await.expect("a response");

            let request_line = embedded_metrics(response.extensions().get().expect("a record"));
            let written = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let error_line: serde_json::Value = serde_json::from_slice(&written).expect("one line of JSON");
            assert_eq!(error_line["reason"], "a test");
            for (name, id) in [("request_id", "gateway-id"), ("lambda_request_id", "lambda-id")] {
                assert_eq!(request_line[name], id);
                assert_eq!(error_line["span"][name], id, "{error_line}");
            }
        }
    }

    #[test]
    fn the_line_is_log_and_metrics_in_one() {
        let record = RequestRecord {
            at: Timestamp::from_second(1_700_000_000).expect("a time"),
            stack: "test".to_owned(),
            request_id: Some("id".to_owned()),
            lambda_request_id: None,
            method: "GET".to_owned(),
            route: "/api/auth/reset-password/{token}".to_owned(),
            contract: Some("better_auth"),
            principal: None,
            status: 503,
            duration_ms: 1.5,
            usage: Usage {
                dynamodb: 1,
                ..Usage::default()
            },
            audit: Vec::new(),
        };
        let line = embedded_metrics(&record);
        assert_eq!(line["dynamodb"], 1);
        assert_eq!(line["server_errors"], 1);
        assert_eq!(line["_aws"]["Timestamp"], 1_700_000_000_000_i64);
        assert_eq!(metrics(&line), ["duration_ms", "server_errors"]);
        let failing = RequestRecord {
            usage: Usage {
                failed_breach_checks: 1,
                failed_sign_ins: 1,
                lockouts: 1,
                throttles: 1,
                kms_throttles: 1,
                late_rotations: 1,
                ..Usage::default()
            },
            ..record
        };
        let line = embedded_metrics(&failing);
        assert_eq!(metrics(&line), ["duration_ms", "server_errors", "failed_breach_checks"]);
        let of_stack = &line["_aws"]["CloudWatchMetrics"][1];
        assert_eq!(
            (&of_stack["Dimensions"], &line["stack"]),
            (&json!([["stack"]]), &json!("test"))
        );
        let names: Vec<_> = of_stack["Metrics"]
            .as_array()
            .expect("metrics")
            .iter()
            .map(|it| &it["Name"])
            .collect();
        assert_eq!(
            names,
            [
                "failed_sign_ins",
                "lockouts",
                "throttles",
                "kms_throttles",
                "late_rotations"
            ]
        );
    }

    /// The names of a line's metrics, which stand at its top level.
    fn metrics(line: &serde_json::Value) -> Vec<&str> {
        let metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array();
        let names: Vec<_> = metrics
            .expect("metrics")
            .iter()
            .map(|metric| metric["Name"].as_str().expect("a name"))
            .collect();
        assert!(names.iter().all(|name| line[*name].is_number()), "{line}");
        names
    }

    #[test]
    fn what_became_of_mails_are_metrics() {
        let usage = Usage {
            failed_templates: 2,
            undeliverable_mails: 1,
            ..Usage::default()
        };
        let line = mail_metrics("test", &usage, Timestamp::UNIX_EPOCH).expect("a line");
        assert_eq!(line["_aws"]["Timestamp"], 0);
        for (at, dimension, name, count) in [
            (0, "function", "failed_templates", 2),
            (1, "stack", "undeliverable_mails", 1),
        ] {
            let metrics = &line["_aws"]["CloudWatchMetrics"][at];
            assert_eq!(metrics["Dimensions"], json!([[dimension]]));
            assert_eq!(metrics["Metrics"][0]["Name"], name);
            assert_eq!(line[name], count);
        }
        assert_eq!(
            (&line["function"], &line["stack"]),
            (&json!("mail-outbox"), &json!("test"))
        );
        assert_eq!(mail_metrics("test", &Usage::default(), Timestamp::UNIX_EPOCH), None);
    }
}
