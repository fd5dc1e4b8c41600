//! The Lambda Runtime API (version 2018-06-01) on a loopback port, for one execution environment.
//!
//! Each request of the function becomes a [`Call`], in the order of arrival and with its time of arrival. `trial`
//! interprets the calls, and decides which event is sent when.

use crate::clock;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{Response, StatusCode, header::CONTENT_TYPE},
    routing::{get, post},
    serve::ListenerExt,
};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

/// Lambda's limit of a synchronous response.
const ANSWER_LIMIT: usize = 6 * 1024 * 1024;
/// The time limit that the function receives.
const FUNCTION_TIMEOUT_MS: u128 = 30_000;

/// A request of the function.
#[derive(Debug)]
pub enum Call {
    /// The function waits for an event, which must be sent to it.
    Next { at: Instant, event: oneshot::Sender<Bytes> },
    /// The response to the latest event.
    Response { at: Instant, body: Bytes },
    /// The function failed to handle the latest event.
    InvocationError { body: Bytes },
    /// The function failed to start.
    InitError { body: Bytes },
}

/// The server; dropping it stops it.
#[derive(Debug)]
pub struct RuntimeApi {
    address: SocketAddr,
    calls: mpsc::UnboundedReceiver<Call>,
    server: JoinHandle<()>,
}

impl RuntimeApi {
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        // A delayed segment would count as the function's time. A socket that rejects the option still works.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let (sender, calls) = mpsc::unbounded_channel();
        let routes = router(Arc::new(Environment {
            calls: sender,
            invocations: Mutex::default(),
        }));
        let server = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Ok(Self { address, calls, server })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub async fn next_call(&mut self) -> Call {
        self.calls
            .recv()
            .await
            .expect("the server holds the other end until `self` is dropped")
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Debug)]
struct Environment {
    calls: mpsc::UnboundedSender<Call>,
    invocations: Mutex<Invocations>,
}

/// An execution environment handles one event at a time.
#[derive(Debug, Default)]
struct Invocations {
    count: u64,
    outstanding: Option<String>,
}

impl Environment {
    fn call(&self, call: Call) {
        // The receiver is gone when a trial has ended during a request.
        drop(self.calls.send(call));
    }

    /// The id of a new invocation. Ids are counted, because they need to be distinct within one environment only.
    fn begin(&self) -> String {
        let mut invocations = self.invocations.lock().unwrap_or_else(PoisonError::into_inner);
        invocations.count += 1;
        let id = format!("00000000-0000-4000-8000-{:012x}", invocations.count);
        invocations.outstanding = Some(id.clone());
        id
    }

    /// Whether `id` is the unanswered invocation. The call marks it as answered.
    fn end(&self, id: &str) -> bool {
        let mut invocations = self.invocations.lock().unwrap_or_else(PoisonError::into_inner);
        invocations
            .outstanding
            .take_if(|outstanding| outstanding == id)
            .is_some()
    }
}

type Answer = Response<axum::body::Body>;

fn router(environment: Arc<Environment>) -> Router {
    let routes = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(response))
        .route("/invocation/{id}/error", post(invocation_error))
        .route("/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(ANSWER_LIMIT))
        .with_state(environment);
    Router::new().nest("/2018-06-01/runtime", routes)
}

async fn next(State(environment): State<Arc<Environment>>) -> Answer {
    let at = Instant::now();
    let (event, received) = oneshot::channel();
    environment.call(Call::Next { at, event });
    let Ok(event) = received.await else {
        return refusal(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Runtime.Shutdown",
            "the environment is shutting down",
        );
    };
    let id = environment.begin();
    let trace = format!(
        "Root=1-65920080-{};Parent=0000000000000001;Sampled=0",
        &id.replace('-', "")[8..]
    );
    Response::builder()
        .header(CONTENT_TYPE, "application/json")
        .header("lambda-runtime-aws-request-id", id)
        .header(
            "lambda-runtime-deadline-ms",
            (clock::unix_millis() + FUNCTION_TIMEOUT_MS).to_string(),
        )
        .header(
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:bench",
        )
        .header("lambda-runtime-trace-id", trace)
        .body(event.into())
        .expect("names and values are ASCII")
}

async fn response(State(environment): State<Arc<Environment>>, Path(id): Path<String>, body: Bytes) -> Answer {
    let at = Instant::now();
    if !environment.end(&id) {
        return unknown(&id);
    }
    environment.call(Call::Response { at, body });
    accepted()
}

async fn invocation_error(State(environment): State<Arc<Environment>>, Path(id): Path<String>, body: Bytes) -> Answer {
    if !environment.end(&id) {
        return unknown(&id);
    }
    environment.call(Call::InvocationError { body });
    accepted()
}

async fn init_error(State(environment): State<Arc<Environment>>, body: Bytes) -> Answer {
    environment.call(Call::InitError { body });
    accepted()
}

fn accepted() -> Answer {
    answer(StatusCode::ACCEPTED, &serde_json::json!({ "status": "OK" }))
}

fn unknown(id: &str) -> Answer {
    refusal(
        StatusCode::BAD_REQUEST,
        "InvalidRequestID",
        &format!("{id} is not the invocation without an answer"),
    )
}

fn refusal(status: StatusCode, kind: &str, message: &str) -> Answer {
    answer(
        status,
        &serde_json::json!({ "errorType": kind, "errorMessage": message }),
    )
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Answer {
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "application/json")
        .body(body.to_string().into())
        .expect("names and values are ASCII")
}

#[cfg(test)]
#[path = "runtime_api_tests.rs"]
mod tests;
