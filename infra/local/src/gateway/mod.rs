//! API Gateway's HTTP API and Lambda in one process: finds the route that `template.yaml` has for a request, and takes the
//! request to its function and back the way it takes in AWS, as JSON events.
//!
//! `routes` finds, `event` and `answer` translate, `invoke` calls, `cors` answers pages of other origins.

mod answer;
mod cors;
mod event;
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
use local_aws::template::{Template, TemplateError};
use shared::contract::reading::MAX_BODY;
use shared::operations::Settings;
use shared::usage::Usage;

use self::event::Origin;
use self::invoke::Outcome;
use self::routes::RouteTable;
use crate::calls::Calls;
use crate::functions::Routers;
use crate::outbox::Outbox;
use crate::pages::message;

/// What API Gateway takes.
const LARGEST_BODY: usize = 10 * 1024 * 1024;

/// A longer part of a path that nobody knows may be a token.
const LONGEST_PART: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error("{0} of template.yaml has routes and no code that answers HTTP")]
    NoRouter(String),
    #[error("template.yaml has two routes {0}")]
    Twice(String),
    #[error("template.yaml has a route {key} that cannot be told from another, or is malformed: {reason}")]
    Unclear { key: String, reason: String },
    #[error("the CorsConfiguration of template.yaml has something else than names: {0}")]
    Cors(String),
}

#[derive(Debug)]
pub(crate) struct Gateway {
    routes: RouteTable,
    outbox: Outbox,
    calls: Arc<Calls>,
    log_requests: bool,
}

/// Everything but `/_local`.
pub(crate) fn router(gateway: Gateway, template: &Template, settings: &Settings) -> Result<Router, GatewayError> {
    let router = Router::new().fallback(answer_request).with_state(Arc::new(gateway));
    Ok(match cors::layer(template.cors()?, settings)? {
        Some(cors) => router.layer(cors),
        None => router,
    })
}

async fn answer_request(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(refusal) => {
            gateway.log(&head, head.uri.path(), &refusal, started, &Usage::default());
            return refusal;
        }
    };
    // Whoever hangs up has called nevertheless: a function in AWS runs to its end.
    let answered = tokio::spawn(async move { gateway.answer(&head, &body, peer, started).await }).await;
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
            log_requests: false,
        })
    }

    pub(crate) fn logging(self, log_requests: bool) -> Self {
        Self { log_requests, ..self }
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
        let Outcome { response, usage } = invoke::invoke(found.target.router.clone(), event).await;
        // What a route for any method costs depends on the method.
        match found.target.path() {
            Some(pattern) => self.calls.count(&format!("{} {pattern}", head.method), &usage),
            None => self.calls.count(routes::DEFAULT, &usage),
        }
        // What ended in an error of ours may have written before; nobody counted that.
        if usage.write_units > 0.0 || response.status().is_server_error() {
            self.outbox.settle().await;
        }
        let path = found.target.path().unwrap_or(&origin.path);
        self.log(head, path, &response, started, &usage);
        answer::with_request_id(response, &origin.request_id)
    }

    /// Nobody has to read it: a closed pipe is no reason to stop.
    fn log(&self, head: &Parts, path: &str, response: &Response, started: Instant, usage: &Usage) {
        if self.log_requests {
            let line = line(head, path, response.status(), started.elapsed(), usage);
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        }
    }
}

/// The whole body. What is too large for API Gateway is read to its end, because a client that is still sending would not see the
/// refusal, and cut to what is too large for any function: so the function refuses it in the words of its contract, where API
/// Gateway has only its own.
async fn read(mut body: Body) -> Result<Bytes, Response> {
    let mut is_too_large = body.size_hint().lower() > LARGEST_BODY as u64;
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| message(StatusCode::BAD_REQUEST, "Bad Request"))?;
        let data = frame.data_ref().map_or(&[][..], Bytes::as_ref);
        is_too_large |= whole.len() + data.len() > LARGEST_BODY;
        whole.extend_from_slice(data);
        if is_too_large {
            whole.truncate(MAX_BODY + 1);
        }
    }
    Ok(whole.into())
}

fn internal_server_error() -> Response {
    message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
}

/// `POST /api/auth/sign-in/email 200 31 ms, 3 DynamoDB (1.5 read, 4 write), 1 KMS`. Holds no token: a known path stands for
/// itself as its pattern, and of an unknown one long parts are left out.
fn line(head: &Parts, path: &str, status: StatusCode, took: Duration, usage: &Usage) -> String {
    let path = path
        .split('/')
        .map(|part| if part.len() > LONGEST_PART { "..." } else { part });
    // A line is a line, whatever the path decodes to.
    let path = path.collect::<Vec<_>>().join("/").replace(char::is_control, "?");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_a_request_cost_and_holds_no_token() {
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
        let token = "t".repeat(LONGEST_PART + 1);
        assert_eq!(
            line(&format!("/a/{token}\r\n"), &Usage::default()),
            "POST /a/... 200 31 ms"
        );
        assert_eq!(line("/a/\r\nGET /b", &Usage::default()), "POST /a/??GET /b 200 31 ms");
    }
}
