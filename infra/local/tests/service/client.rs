//! A service for each test, and requests to it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::{self, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use local::{Options, Service};
use serde_json::{Value, json};
use shared::domain::UserId;

pub const PASSWORD: &str = "nine lanterns over Pskov";

/// A running service and its client.
pub struct Local {
    pub service: Service,
    http: legacy::Client<HttpConnector, Full<Bytes>>,
    /// The passwords, tokens and secrets of all requests and responses.
    secrets: Mutex<BTreeSet<String>>,
}

pub struct Call<'l> {
    local: &'l Local,
    request: axum::http::request::Builder,
    body: Bytes,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Options for tests: any port, and cheap password hashes.
pub fn options(settings: &[&str]) -> Options {
    let settings = ["ARGON2_MEMORY_KIB=8", "ARGON2_ITERATIONS=1"].iter().chain(settings);
    Options {
        port: 0,
        overrides: settings.map(|setting| setting.parse().expect("a setting")).collect(),
        ..Options::default()
    }
}

impl Local {
    pub async fn start(settings: &[&str]) -> Self {
        Self::with(options(settings)).await
    }

    pub async fn with(options: Options) -> Self {
        Self {
            service: Service::start(options).await.expect("a service"),
            http: legacy::Client::builder(TokioExecutor::new()).build_http(),
            secrets: Mutex::default(),
        }
    }

    pub fn url(&self) -> String {
        self.service.url()
    }

    /// Those that were sent and received until now.
    pub fn secrets(&self) -> BTreeSet<String> {
        self.secrets.lock().expect("no panic").clone()
    }

    fn note_secrets(&self, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        collect_secrets("", &body, &mut self.secrets.lock().expect("no panic"));
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call("GET", path)
    }

    pub fn post(&self, path: &str) -> Call<'_> {
        self.call("POST", path)
    }

    /// A path of this service, or the URL of a link to it.
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        let uri = if path.starts_with('/') {
            self.url() + path
        } else {
            path.to_owned()
        };
        Call {
            local: self,
            request: Request::builder().method(method).uri(uri),
            body: Bytes::new(),
        }
    }

    pub async fn sign_up(&self, email: &str) -> Answer {
        let body = json!({ "name": "Ada", "email": email, "password": PASSWORD });
        self.post("/api/auth/sign-up/email")
            .json(&body)
            .send()
            .await
            .expect(200)
    }

    pub async fn mails(&self) -> Vec<Value> {
        let mails = self.get("/_local/mail.json").send().await.expect(200).json();
        mails.as_array().expect("a list").clone()
    }

    /// The events that were published, oldest first.
    pub async fn events(&self) -> Vec<Value> {
        let events = self.get("/_local/events.json").send().await.expect(200).json();
        events.as_array().expect("a list").clone()
    }

    /// The newest mail, which must be of this kind.
    pub async fn last_mail(&self, kind: &str) -> Value {
        let mail = self.mails().await.pop().expect("a mail");
        assert_eq!(mail["kind"], kind);
        mail
    }

    /// The counts of a route.
    pub async fn calls(&self, route: &str) -> Value {
        self.get("/_local/calls.json").send().await.expect(200).json()["routes"][route].take()
    }

    pub async fn fault(&self, service: &str, mode: &str) {
        let fault = json!({ "service": service, "mode": mode });
        self.post("/_local/fault").json(&fault).send().await.expect(200);
    }

    /// Waits until there are as many; fails the test when they do not come.
    pub async fn wait_for_mails(&self, mails: usize) {
        let wait = async {
            while self.mails().await.len() != mails {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), wait)
            .await
            .expect("the mail comes");
    }
}

/// Collects the texts of fields that hold secrets. Shorter ones, such as codes of six digits, occur in ids by chance, and
/// handles of sessions and keys of settings are no secrets.
fn collect_secrets(field: &str, value: &Value, secrets: &mut BTreeSet<String>) {
    const NAMES: [&str; 7] = ["password", "token", "secret", "key", "codes", "jwt", "totpuri"];
    let field = field.to_ascii_lowercase();
    match value {
        Value::String(text)
            if text.len() >= 12
                && NAMES.iter().any(|name| field.ends_with(name))
                && !text.chars().all(|char| char.is_ascii_lowercase() || char == '_')
                && UserId::parse(text).is_err() =>
        {
            secrets.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect_secrets(&field, item, secrets)),
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| collect_secrets(name, value, secrets)),
        _ => {}
    }
}

impl Call<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    pub async fn send(self) -> Answer {
        self.local.note_secrets(&self.body);
        let request = self.request.body(Full::new(self.body)).expect("a sound request");
        let response = self.local.http.request(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.expect("a body").to_bytes(),
        };
        self.local.note_secrets(&answer.body);
        answer
    }
}

impl Answer {
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The session cookie of the response, for the next request.
    pub fn cookie(&self) -> String {
        let cookies = self.headers.get_all("set-cookie").into_iter();
        let mut cookies = cookies.map(|line| line.to_str().expect("text"));
        let session = cookies
            .find(|line| line.starts_with("better-auth.session_token="))
            .expect("a session cookie");
        session.split(';').next().expect("a cookie").to_owned()
    }
}

/// A folder that is deleted when this is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("local-{}-{number}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
