//! What the command writes: lines with the id that the response carries, and hints for pages that cannot call the service.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use axum::http::{HeaderMap, Request};
use http_body_util::Full;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// The command, which runs until it is stopped.
struct Running {
    command: Child,
    output: BufReader<ChildStdout>,
    url: String,
}

impl Running {
    fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_local"))
            .args(["--port", "0"])
            .args(args)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut output = BufReader::new(command.stdout.take().expect("a pipe"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        let start = line.find("http://localhost:").expect("the address");
        let port = line[start + "http://localhost:".len()..].chars();
        let port: String = port.take_while(char::is_ascii_digit).collect();
        let url = format!("http://localhost:{port}");
        Self { command, output, url }
    }

    async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> HeaderMap {
        self.send(method, path, headers, "").await
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> HeaderMap {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Full::new(axum::body::Bytes::from(body.to_owned())))
            .expect("a request");
        let client = legacy::Client::builder(TokioExecutor::new()).build_http();
        let answer = tokio::time::timeout(Duration::from_secs(30), client.request(request)).await;
        answer.expect("in time").expect("an answer").headers().clone()
    }

    /// The rest of both outputs.
    fn stop(mut self) -> (String, String) {
        self.command.kill().expect("it runs");
        let (mut output, mut errors) = (String::new(), String::new());
        self.output.read_to_string(&mut output).expect("text");
        let mut stderr = self.command.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut errors).expect("text");
        self.command.wait().expect("it has ended");
        (output, errors)
    }
}

/// The line of a request in `output`.
fn request_line<'o>(output: &'o str, route: &str) -> &'o str {
    let found = output.lines().find(|line| line.contains(route));
    found.unwrap_or_else(|| panic!("no line of {route}: {output}"))
}

fn id(headers: &HeaderMap) -> &str {
    let id = &headers["apigw-requestid"];
    // The function's header has the same id.
    assert_eq!(headers.get("x-request-id").unwrap_or(id), id);
    id.to_str().expect("text")
}

#[tokio::test]
async fn lines_of_json_have_the_id_of_the_response() {
    let running = Running::start(&["--log-format", "json"]);
    let answer = running.request("GET", "/auth/me", &[]).await;
    let unknown = running.request("GET", "/nothing", &[]).await;
    // An audit event, which the function logs while it answers.
    let refused = [("content-type", "application/json")];
    let _ = running.request("POST", "/api/auth/sign-in/email", &refused).await;
    let (output, errors) = running.stop();
    let line: Value = serde_json::from_str(request_line(&output, "/auth/me")).expect("JSON");
    assert_eq!(line["request_id"], id(&answer));
    assert_eq!((&line["method"], &line["status"]), (&"GET".into(), &401.into()));
    let line: Value = serde_json::from_str(request_line(&output, "/nothing")).expect("JSON");
    assert_eq!(line["request_id"], id(&unknown));
    for line in output.lines().chain(errors.lines()) {
        serde_json::from_str::<Value>(line).expect("JSON");
    }
}

#[tokio::test]
async fn lines_of_text_have_the_id_of_the_response() {
    let running = Running::start(&["--log-format", "text"]);
    let answer = running.request("GET", "/auth/me", &[]).await;
    // A sign-up leaves audit records, which `/_local/audit.json` shows.
    let json = [("content-type", "application/json")];
    let user = r#"{"name": "Ada", "email": "ada@example.com", "password": "nine lanterns over Pskov"}"#;
    let _ = running.send("POST", "/api/auth/sign-up/email", &json, user).await;
    let (output, errors) = running.stop();
    assert!(
        request_line(&output, "POST /api/auth/sign-up/email").contains("200"),
        "{output}"
    );
    assert!(!errors.contains("record="), "{errors}");
    let expected = format!("request_id={}", id(&answer));
    assert!(
        request_line(&output, "GET /auth/me 401").ends_with(&expected),
        "{output}"
    );
}

/// The lines that a function writes during a request, by the example of a failed call to AWS.
#[tokio::test]
async fn log_lines_of_a_function_have_the_id_of_the_response() {
    for format in ["json", "text"] {
        let running = Running::start(&["--log-format", format]);
        let fault = r#"{"service": "dynamodb", "mode": "error"}"#;
        running
            .send("POST", "/_local/fault", &[("content-type", "application/json")], fault)
            .await;
        let answer = running.request("GET", "/.well-known/jwks.json", &[]).await;
        let (_, errors) = running.stop();
        assert!(errors.lines().any(|line| line.contains(id(&answer))), "{errors}");
    }
}

#[tokio::test]
async fn a_page_of_an_untrusted_origin_gets_one_hint_with_the_setting_and_its_value() {
    let running = Running::start(&["--config", "TRUSTED_ORIGINS=https://app.example.com"]);
    let page = [("origin", "http://localhost:5173"), ("sec-fetch-site", "same-site")];
    for _ in 0..2 {
        running.request("POST", "/api/auth/sign-in/email", &page).await;
    }
    let _ = running
        .request(
            "POST",
            "/api/auth/sign-in/email",
            &[("origin", "https://app.example.com")],
        )
        .await;
    let (_, errors) = running.stop();
    let hints: Vec<_> = errors.lines().filter(|line| line.contains("TRUSTED_ORIGINS")).collect();
    let [hint] = hints[..] else {
        panic!("not one hint: {errors}")
    };
    let remedy = "--config TRUSTED_ORIGINS=https://app.example.com,http://localhost:5173";
    assert!(
        hint.contains(remedy) && hint.contains("http://localhost:5173 sent POST /api/auth/sign-in/email"),
        "{hint}"
    );
}

#[tokio::test]
async fn a_page_at_127_0_0_1_gets_a_hint_to_open_it_at_localhost() {
    let running = Running::start(&[
        "--log-format",
        "json",
        "--config",
        "TRUSTED_ORIGINS=http://127.0.0.1:5173",
    ]);
    let page = [("origin", "http://127.0.0.1:5173"), ("sec-fetch-site", "cross-site")];
    running.request("GET", "/api/auth/get-session", &page).await;
    let (_, errors) = running.stop();
    let hint = errors
        .lines()
        .find(|line| line.contains("different sites"))
        .expect("a hint");
    let hint: Value = serde_json::from_str(hint).expect("JSON");
    assert_eq!(hint["origin"], "http://127.0.0.1:5173");
    let message = hint["message"].as_str().expect("text");
    assert!(message.contains("Open the page at http://localhost:5173"), "{message}");
}
