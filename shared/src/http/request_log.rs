//! One line per request: what was asked, by whom, how it ended and what it cost. The line is CloudWatch's embedded
//! metric format, so the same line is the log and the metrics. It holds ids, and never a secret, a token, an address or
//! a password.
//!
//! Metrics are only those by route that AWS has not got already, as each costs money; what is merely in the line is for
//! queries.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderValue;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::{AppState, meta};
use crate::domain::{Contract, UserId};
use crate::usage::{self, Usage};

/// Where the lines go: to standard output on Lambda.
pub type RequestLog = fn(&RequestRecord);

/// What a request leaves behind.
#[derive(Debug, Clone, Serialize)]
pub struct RequestRecord {
    #[serde(skip)]
    pub at: Timestamp,
    pub request_id: Option<String>,
    pub method: String,
    /// The pattern, not the path: a path may hold a token.
    pub route: String,
    pub contract: Option<&'static str>,
    pub principal: Option<String>,
    pub status: u16,
    pub duration_ms: f64,
    #[serde(flatten)]
    pub usage: Usage,
}

/// The user behind a request, once it is known.
#[derive(Debug, Clone, Default)]
pub struct Principal(Arc<OnceLock<UserId>>);

impl Principal {
    pub fn set(&self, id: UserId) {
        // A request has one principal; who asks again gets the same.
        let _ = self.0.set(id);
    }
}

/// Around a request. The record is also put on the response, for those who run routers in process.
pub async fn record(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let principal = Principal::default();
    request.extensions_mut().insert(principal.clone());
    let record = RequestRecord {
        at: app.clock.now(),
        request_id: meta::request_id(request.extensions()),
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
    };
    let (mut response, usage) = usage::measure(next.run(request)).await;
    let record = RequestRecord {
        principal: principal.0.get().map(ToString::to_string),
        status: response.status().as_u16(),
        duration_ms: started.elapsed().as_secs_f64() * 1000.0,
        usage,
        ..record
    };
    (app.request_log)(&record);
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

fn embedded_metrics(record: &RequestRecord) -> serde_json::Value {
    let mut line = serde_json::to_value(record).unwrap_or_default();
    line["server_errors"] = u8::from(record.status >= 500).into();
    line["_aws"] = json!({
        "Timestamp": record.at.as_millisecond(),
        "CloudWatchMetrics": [{
            "Namespace": "Ostiary",
            "Dimensions": [["route"]],
            "Metrics": [
                { "Name": "duration_ms", "Unit": "Milliseconds" },
                { "Name": "server_errors", "Unit": "Count" },
            ],
        }],
    });
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_log_and_metrics_in_one() {
        let record = RequestRecord {
            at: Timestamp::from_second(1_700_000_000).expect("a time"),
            request_id: Some("id".to_owned()),
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
        };
        let line = embedded_metrics(&record);
        assert_eq!(line["dynamodb"], 1);
        assert_eq!(line["server_errors"], 1);
        assert_eq!(line["_aws"]["Timestamp"], 1_700_000_000_000_i64);
        for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]
            .as_array()
            .expect("metrics")
        {
            let name = metric["Name"].as_str().expect("a name");
            assert!(line[name].is_number(), "{name} stands at the top level of the line");
        }
    }
}
