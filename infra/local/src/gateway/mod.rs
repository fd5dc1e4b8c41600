//! API Gateway's HTTP API and Lambda in one process: finds the route of `template.yaml` for a request, and invokes its
//! function with a JSON event, as in AWS.
//!
//! `routes` finds the route, `event` and `answer` convert request and response, `invoke` calls the function, `in_flight`
//! counts requests, `hints` explains why a page's request fails. They do not use each other, except for the result of
//! `routes`.

mod answer;
mod error;
mod event;
mod hints;
mod in_flight;
mod invoke;
mod routes;

use std::fmt;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use http_body_util::BodyExt as _;
use lambda_http::http::StatusCode;
use lambda_http::http::request::Parts;
use local_aws::template::Template;
use serde::Serialize;
use serde_json::json;
use shared::contract::reading::MAX_BODY;
use shared::usage::Usage;

pub use self::error::GatewayError;
use self::event::Origin;
pub(crate) use self::hints::{Hints, is_loopback};
pub use self::in_flight::CutOff;
pub(crate) use self::in_flight::InFlight;
use self::invoke::Outcome;
use self::routes::RouteTable;
use crate::audit::AuditTrail;
use crate::calls::Calls;
use crate::functions::Routers;
use crate::logs::LogFormat;
use crate::outbox::Outbox;
use crate::response::{internal_server_error, message};

/// The limit of API Gateway.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// A longer segment of an unknown path may be a token.
const MAX_LOGGED_SEGMENT: usize = 32;

#[derive(Debug)]
pub(crate) struct Gateway {
    routes: RouteTable,
    outboxes: Vec<Outbox>,
    calls: Arc<Calls>,
    audit: Arc<AuditTrail>,
    in_flight: InFlight,
    hints: Hints,
    log_requests: Option<LogFormat>,
}

/// A request whose answer is still to come.
struct Pending {
    head: Parts,
    /// The response and the log lines have the same id.
    id: String,
    started: Instant,
}

/// All paths except `/_local`.
pub(crate) fn router(gateway: Gateway) -> Router {
    Router::new().fallback(answer_request).with_state(Arc::new(gateway))
}

async fn answer_request(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let id = event::request_id();
    let pending = Pending { head, id, started };
    let entry = gateway.in_flight.enter(gateway.route_of(&pending.head));
    let body = match read(body).await {
        Ok(body) => body,
        Err(refusal) => return gateway.refuse(&pending, refusal),
    };
    // A client that disconnects does not cancel its request: a function in AWS runs to its end.
    let answered = tokio::spawn(async move {
        let _entry = entry;
        gateway.answer(&pending, &body, peer).await
    })
    .await;
    answered.unwrap_or_else(|_| internal_server_error())
}

impl Gateway {
    pub(crate) fn new(
        template: &Template,
        functions: &Routers,
        outboxes: Vec<Outbox>,
        calls: Arc<Calls>,
        audit: Arc<AuditTrail>,
        hints: Hints,
    ) -> Result<Self, GatewayError> {
        Ok(Self {
            routes: RouteTable::new(template.routes()?, functions)?,
            outboxes,
            calls,
            audit,
            in_flight: InFlight::default(),
            hints,
            log_requests: None,
        })
    }

    pub(crate) fn logging(self, log_requests: Option<LogFormat>) -> Self {
        Self { log_requests, ..self }
    }

    pub(crate) fn in_flight(&self) -> InFlight {
        self.in_flight.clone()
    }

    /// The method and the pattern of the route, or the redacted path where no pattern is known.
    fn route_of(&self, head: &Parts) -> String {
        let path = event::decoded_path(head.uri.path()).unwrap_or_default();
        let found = self.routes.find(&head.method, &path);
        let pattern = found.as_ref().and_then(|found| found.target.path());
        format!("{} {}", head.method, redacted(pattern.unwrap_or(&path)))
    }

    async fn answer(&self, pending: &Pending, body: &Bytes, peer: SocketAddr) -> Response {
        let Pending { head, id, .. } = pending;
        let Some(origin) = Origin::of(head, peer, id) else {
            return self.refuse(pending, message(StatusCode::BAD_REQUEST, "Bad Request"));
        };
        let Some(found) = self.routes.find(&head.method, &origin.path) else {
            return self.refuse(pending, message(StatusCode::NOT_FOUND, "Not Found"));
        };
        let path = found.target.path().unwrap_or(&origin.path);
        self.hints.give(head, &redacted(path));
        let event = event::json(head, body, &origin, &found);
        let Outcome { response, usage, audit } = invoke::invoke(found.target.router.clone(), event, id).await;
        // The cost of a route for any method depends on the method.
        let route = match found.target.path() {
            Some(pattern) => format!("{} {pattern}", head.method),
            None => routes::DEFAULT.to_owned(),
        };
        self.calls.count(&route, &usage);
        self.audit.keep(&route, audit);
        // A request that ended in a server error may have written without being counted.
        if usage.write_units > 0.0 || response.status().is_server_error() {
            for outbox in &self.outboxes {
                outbox.settle().await;
            }
        }
        self.log(pending, path, &response, &usage);
        answer::with_request_id(response, id)
    }

    /// Logs a response that no function has made.
    fn refuse(&self, pending: &Pending, refusal: Response) -> Response {
        self.log(pending, pending.head.uri.path(), &refusal, &Usage::default());
        answer::with_request_id(refusal, &pending.id)
    }

    /// A closed pipe is no reason to stop, so errors are ignored.
    fn log(&self, pending: &Pending, path: &str, response: &Response, usage: &Usage) {
        let Some(format) = self.log_requests else { return };
        let line = Line {
            request_id: &pending.id,
            method: pending.head.method.as_str(),
            route: &redacted(path),
            status: response.status().as_u16(),
            duration_ms: pending.started.elapsed().as_millis(),
            usage,
        };
        let _ = match format {
            LogFormat::Text => writeln!(std::io::stdout().lock(), "{line}"),
            LogFormat::Json => writeln!(std::io::stdout().lock(), "{}", json!(line)),
        };
    }
}

/// The whole body. A body above the limit of API Gateway is read to its end, because a client that is still sending
/// would not see the response, and truncated to a size above the limit of the functions: so the function refuses it
/// with the error of its contract, where API Gateway has only its own.
async fn read(mut body: Body) -> Result<Bytes, Response> {
    let mut is_too_large = body.size_hint().lower() > MAX_BODY_BYTES as u64;
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| message(StatusCode::BAD_REQUEST, "Bad Request"))?;
        let data = frame.data_ref().map_or(&[][..], Bytes::as_ref);
        is_too_large |= whole.len() + data.len() > MAX_BODY_BYTES;
        whole.extend_from_slice(data);
        if is_too_large {
            whole.truncate(MAX_BODY + 1);
        }
    }
    Ok(whole.into())
}

/// The line of a request, with the names that a deployment gives its parts. It contains no token: a known path is logged
/// as its pattern, and an unknown one without long segments.
#[derive(Serialize)]
struct Line<'l> {
    request_id: &'l str,
    method: &'l str,
    route: &'l str,
    status: u16,
    duration_ms: u128,
    #[serde(flatten)]
    usage: &'l Usage,
}

/// `POST /api/auth/sign-in/email 200 31 ms, 3 DynamoDB (1.5 read, 4 write), 1 KMS, request_id=Q2x1ZSBpcyBoZXI=`
impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            route,
            status,
            duration_ms,
            usage,
            ..
        } = self;
        write!(f, "{method} {route} {status} {duration_ms} ms")?;
        if usage.dynamodb > 0 {
            let (calls, reads, writes) = (usage.dynamodb, usage.read_units, usage.write_units);
            write!(f, ", {calls} DynamoDB ({reads} read, {writes} write)")?;
        }
        for (calls, service) in [(usage.kms, "KMS"), (usage.ses, "SES")] {
            if calls > 0 {
                write!(f, ", {calls} {service}")?;
            }
        }
        write!(f, ", request_id={}", self.request_id)
    }
}

/// A path for the log: without long segments, which may be tokens, and without control characters, which could forge a
/// line.
fn redacted(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.len() > MAX_LOGGED_SEGMENT { "..." } else { part });
    parts.collect::<Vec<_>>().join("/").replace(char::is_control, "?")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line<'l>(route: &'l str, usage: &'l Usage) -> Line<'l> {
        Line {
            request_id: "id=",
            method: "POST",
            route,
            status: 200,
            duration_ms: 31,
            usage,
        }
    }

    #[test]
    fn a_line_has_the_id_and_the_cost_of_a_request() {
        let usage = Usage {
            dynamodb: 3,
            kms: 1,
            read_units: 1.5,
            write_units: 4.0,
            ..Usage::default()
        };
        assert_eq!(
            line("/a/{token}", &usage).to_string(),
            "POST /a/{token} 200 31 ms, 3 DynamoDB (1.5 read, 4 write), 1 KMS, request_id=id="
        );
        let plain = Usage::default();
        assert_eq!(line("/a", &plain).to_string(), "POST /a 200 31 ms, request_id=id=");
        let expected = json!({ "request_id": "id=", "method": "POST", "route": "/a", "status": 200, "duration_ms": 31,
            "dynamodb": 0, "kms": 0, "ses": 0, "read_units": 0.0, "write_units": 0.0 });
        assert_eq!(json!(line("/a", &plain)), expected);
    }

    #[test]
    fn a_logged_path_has_no_token_and_no_control_characters() {
        let token = "t".repeat(MAX_LOGGED_SEGMENT + 1);
        assert_eq!(redacted(&format!("/a/{token}\r\n")), "/a/...");
        assert_eq!(redacted("/a/\r\nGET /b"), "/a/??GET /b");
    }
}
