//! The Lambda function: events in process, and the binary under a Runtime API.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use lambda_runtime::{Context, Diagnostic, LambdaEvent};
use operator::{Failure, Misuse};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

use crate::support::{ADA, Deployment, PASSWORD, ROOT, audited, output_text};

impl Deployment {
    async fn invoke(&self, event: Value) -> Result<Value, Failure> {
        let event = LambdaEvent::new(event, Context::default());
        let report = operator::invoke(self.app.core(), &self.bus(), event, self.app.clock.now()).await?;
        Ok(serde_json::to_value(report).expect("JSON"))
    }
}

#[tokio::test]
async fn an_event_runs_a_command() {
    let deployment = Deployment::start().await;
    let create = json!({ "command": ["admin", "create", ROOT], "password": PASSWORD });
    let report = deployment.invoke(create.clone()).await.expect("a report");
    assert_eq!(report["outcome"], "created");
    assert_eq!(deployment.sign_in(ROOT, PASSWORD).await, 200);
    let refusal = Diagnostic::from(deployment.invoke(create).await.expect_err("taken"));
    assert_eq!(refusal.error_type, "Refused");

    for (command, field) in [
        (json!(["admin", "grant", ROOT]), "outcome"),
        (json!(["suppression", "show", ADA]), "status"),
        (json!(["keys", "list"]), "rings"),
        (json!(["service-token", "create", "calendar"]), "token"),
        (json!(["service-token", "list"]), "tokens"),
        (json!(["service-token", "revoke", "calendar"]), "outcome"),
    ] {
        let report = deployment
            .invoke(json!({ "command": command }))
            .await
            .expect("a report");
        assert!(!report[field].is_null(), "{report}");
    }
}

#[tokio::test]
async fn a_malformed_event_is_not_repeated() {
    let deployment = Deployment::start().await;
    let secret = "7231554 and more";
    for event in [
        json!(secret),
        json!({ "command": secret }),
        json!({ "command": ["admin", "create", ROOT], "password": 7_231_554 }),
        json!({ "command": ["admin", "create", ROOT], "passwort": secret }),
        json!({ "command": ["admin", "create", ROOT, secret] }),
        json!({ "command": ["admin", "create", ROOT, "--password", secret] }),
        json!({ "command": ["admin", "create", secret] }),
        json!({ "command": [secret] }),
        json!({ "command": ["admin", "create", ROOT] }),
        json!({ "command": ["admin", "create", ROOT], "password": "7231554" }),
        json!({ "command": ["--help"] }),
        json!({ "command": ["help"] }),
        json!({ "command": ["admin", "--help"] }),
        json!({ "command": ["keys", "list", "--endpoint", "https://example.com"] }),
        json!({ "command": ["keys", "list", "--config", "TABLE_NAME=other"] }),
        json!({ "command": [] }),
        json!({}),
    ] {
        let failure = deployment.invoke(event.clone()).await.expect_err("nonsense");
        assert!(matches!(failure, Failure::Misuse(_)), "{event}: {failure}");
        assert!(
            !format!("{failure} {failure:?}").contains("7231554"),
            "{event}: {failure}"
        );
    }
    let missing = json!({ "command": ["admin", "create", ROOT] });
    let failure = deployment.invoke(missing).await.expect_err("no password");
    assert!(matches!(failure, Failure::Misuse(Misuse::PasswordMissing)), "{failure}");
}

/// A Runtime API that passes events to the function one after the other, and collects the responses.
struct Lambda {
    events: Mutex<Vec<Value>>,
    answers: mpsc::UnboundedSender<(String, Value)>,
}

async fn next(State(lambda): State<Arc<Lambda>>) -> ([(&'static str, String); 3], String) {
    let Some(event) = lambda.events.lock().expect("no panic").pop() else {
        return std::future::pending().await;
    };
    let arn = "arn:aws:lambda:us-east-1:000000000000:function:operator";
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536".to_owned()),
        ("lambda-runtime-deadline-ms", i64::MAX.to_string()),
        ("lambda-runtime-invoked-function-arn", arn.to_owned()),
    ];
    (headers, event.to_string())
}

async fn answer(
    State(lambda): State<Arc<Lambda>>,
    Path((_, outcome)): Path<(String, String)>,
    body: String,
) -> StatusCode {
    let answer = serde_json::from_str(&body).expect("JSON");
    lambda.answers.send((outcome, answer)).expect("the test listens");
    StatusCode::ACCEPTED
}

/// Starts a Runtime API with these events, of which it passes on the last one first; returns its address and the
/// responses.
async fn runtime_api(events: Vec<Value>) -> (String, mpsc::UnboundedReceiver<(String, Value)>) {
    let (answers, answered) = mpsc::unbounded_channel();
    let events = Mutex::new(events);
    let routes = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/{outcome}", post(answer))
        .with_state(Arc::new(Lambda { events, answers }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(async { axum::serve(listener, routes).await });
    (address, answered)
}

/// Starts the binary in the environment of a function.
fn function(runtime_api: &str, endpoint: &str) -> Child {
    let mut function = Command::new(env!("CARGO_BIN_EXE_operator"));
    function.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", "operator"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL", endpoint),
        ("ARGON2_MEMORY_KIB", "8"),
        // At this level, Lambda's runtime would log whole events.
        ("RUST_LOG", "trace"),
    ]);
    let pipes = function.stdout(Stdio::piped()).stderr(Stdio::piped());
    pipes.kill_on_drop(true).spawn().expect("it starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_in_no_response_and_no_log_of_the_function() {
    let deployment = Deployment::start().await;
    let create = json!({ "command": ["admin", "create", ROOT], "password": PASSWORD });
    let misplaced = json!({ "command": ["admin", "create", ROOT, PASSWORD] });
    let (api, mut answered) = runtime_api(vec![misplaced, create.clone(), create]).await;
    let mut running = function(&api, &deployment.app.aws.endpoint_url());
    let mut given = Vec::new();
    for _ in 0..3 {
        given.push(answered.recv().await.expect("an answer"));
    }
    running.start_kill().expect("it runs");
    let output = running.wait_with_output().await.expect("it ended");

    let [created, taken, misused] = &given[..] else {
        panic!("three answers")
    };
    assert_eq!(
        (created.0.as_str(), &created.1["outcome"]),
        ("response", &json!("created"))
    );
    assert_eq!((taken.0.as_str(), &taken.1["errorType"]), ("error", &json!("Refused")));
    assert_eq!(
        (misused.0.as_str(), &misused.1["errorType"]),
        ("error", &json!("Misuse"))
    );
    let said = format!("{given:?} {}", output_text(&output));
    assert!(!said.contains(PASSWORD), "{said}");
    assert!(said.contains("an invocation is malformed"), "{said}");
    let lines = audited(&output);
    assert_eq!(lines.len(), 2, "{said}");
    let (via, id) = (json!("invocation"), json!("8476a536"));
    assert_eq!((&lines[0]["via"], &lines[0]["actor"]), (&via, &id));
    assert_eq!(deployment.sign_in(ROOT, PASSWORD).await, 200);
}
