//! API Gateway's HTTP API and Lambda in one process: finds the route of `template.yaml` for a request, and invokes its
//! function with a JSON event, as in AWS.
//!
//! `routes` finds the route, `event` and `answer` convert request and response, `invoke` calls the function, `in_flight`
//! counts requests. They do not use each other, except for the result of `routes`.

mod answer;
mod error;
mod event;
mod in_flight;
mod invoke;
mod routes;

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use http_body_util::BodyExt as _;
use lambda_http::http::StatusCode;
use lambda_http::http::request::Parts;
use local_aws::template::Template;
use shared::contract::reading::MAX_BODY;
use shared::usage::Usage;

pub use self::error::GatewayError;
use self::event::Origin;
pub use self::in_flight::CutOff;
pub(crate) use self::in_flight::InFlight;
use self::invoke::Outcome;
use self::routes::RouteTable;
use crate::calls::Calls;
use crate::functions::Routers;
use crate::outbox::Outbox;
use crate::response::{internal_server_error, message};

/// The limit of API Gateway.
const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// A longer segment of an unknown path may be a token.
const MAX_LOGGED_SEGMENT: usize = 32;

#[derive(Debug)]
pub(crate) struct Gateway {
    routes: RouteTable,
    outbox: Outbox,
    calls: Arc<Calls>,
    in_flight: InFlight,
    log_requests: bool,
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
    let entry = gateway.in_flight.enter(gateway.route_of(&head));
    let body = match read(body).await {
        Ok(body) => body,
        Err(refusal) => {
            gateway.log(&head, head.uri.path(), &refusal, started, &Usage::default());
            return refusal;
        }
    };
    // A client that disconnects does not cancel its request: a function in AWS runs to its end.
    let answered = tokio::spawn(async move {
        let _entry = entry;
        gateway.answer(&head, &body, peer, started).await
    })
    .await;
    answered.unwrap_or_else(|_| internal_server_error())
}

impl Gateway {
    pub(crate) fn new(
        template: &Template,
        functions: &Routers,
        outbox: Outbox,
        calls: Arc<Calls>,
    ) -> Result<Self, GatewayError> {
        Ok(Self {
            routes: RouteTable::new(template.routes()?, functions)?,
            outbox,
            calls,
            in_flight: InFlight::default(),
            log_requests: false,
        })
    }

    pub(crate) fn logging(self, log_requests: bool) -> Self {
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

    async fn answer(&self, head: &Parts, body: &Bytes, peer: SocketAddr, started: Instant) -> Response {
        let refuse = |status, reason| {
            let refusal = message(status, reason);
            self.log(head, head.uri.path(), &refusal, started, &Usage::default());
            refusal
        };
        let Some(origin) = Origin::of(head, peer) else {
            return refuse(StatusCode::BAD_REQUEST, "Bad Request");
        };
        let Some(found) = self.routes.find(&head.method, &origin.path) else {
            return refuse(StatusCode::NOT_FOUND, "Not Found");
        };
        let event = event::json(head, body, &origin, &found);
        let Outcome { response, usage } = invoke::invoke(found.target.router.clone(), event, &origin.request_id).await;
        // The cost of a route for any method depends on the method.
        match found.target.path() {
            Some(pattern) => self.calls.count(&format!("{} {pattern}", head.method), &usage),
            None => self.calls.count(routes::DEFAULT, &usage),
        }
        // A request that ended in a server error may have written without being counted.
        if usage.write_units > 0.0 || response.status().is_server_error() {
            self.outbox.settle().await;
        }
        let path = found.target.path().unwrap_or(&origin.path);
        self.log(head, path, &response, started, &usage);
        answer::with_request_id(response, &origin.request_id)
    }

    /// A closed pipe is no reason to stop, so errors are ignored.
    fn log(&self, head: &Parts, path: &str, response: &Response, started: Instant, usage: &Usage) {
        if self.log_requests {
            let line = line(head, path, response.status(), started.elapsed(), usage);
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
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

/// `POST /api/auth/sign-in/email 200 31 ms, 3 DynamoDB (1.5 read, 4 write), 1 KMS`. The line contains no token: a known
/// path is logged as its pattern, and an unknown one without long segments.
fn line(head: &Parts, path: &str, status: StatusCode, took: Duration, usage: &Usage) -> String {
    let path = redacted(path);
    let mut line = format!("{} {path} {} {} ms", head.method, status.as_u16(), took.as_millis());
    if usage.dynamodb > 0 {
        let (calls, reads, writes) = (usage.dynamodb, usage.read_units, usage.write_units);
        let _ = write!(line, ", {calls} DynamoDB ({reads} read, {writes} write)");
    }
    for (calls, service) in [(usage.kms, "KMS"), (usage.ses, "SES")] {
        if calls > 0 {
            let _ = write!(line, ", {calls} {service}");
        }
    }
    line
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

    #[test]
    fn a_line_has_the_cost_of_a_request_and_no_token() {
        let request = Request::builder().method("POST").body(()).expect("a request");
        let (head, ()) = request.into_parts();
        let line = |path: &str, usage: &Usage| line(&head, path, StatusCode::OK, Duration::from_millis(31), usage);
        let usage = Usage {
            dynamodb: 3,
            kms: 1,
            read_units: 1.5,
            write_units: 4.0,
            ..Usage::default()
        };
        assert_eq!(
            line("/a/{token}", &usage),
            "POST /a/{token} 200 31 ms, 3 DynamoDB (1.5 read, 4 write), 1 KMS"
        );
        let token = "t".repeat(MAX_LOGGED_SEGMENT + 1);
        assert_eq!(
            line(&format!("/a/{token}\r\n"), &Usage::default()),
            "POST /a/... 200 31 ms"
        );
        assert_eq!(line("/a/\r\nGET /b", &Usage::default()), "POST /a/??GET /b 200 31 ms");
    }
}
