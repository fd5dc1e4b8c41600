//! A fake of SES as an HTTP connector, and capture of log lines.

use std::sync::{Arc, Mutex};

use aws_sdk_sesv2::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

use super::{Mailer, MailerSettings};
use crate::domain::{Brand, Color};

pub(super) fn brand() -> Brand {
    Brand {
        name: "Ostiary".to_owned(),
        logo: None,
        accent: Color::new(0x1d, 0x4e, 0xd8),
        support_email: None,
    }
}

/// Returns the result of `work` and the lines that it logged.
pub(super) fn logged<T>(work: impl FnOnce() -> T) -> (T, String) {
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let result = tracing::subscriber::with_default(subscriber, work);
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    (result, log)
}

/// Gives each call the same response and records the requests; status 0 simulates a failed connection.
#[derive(Debug, Clone)]
pub(super) struct Ses {
    status: u16,
    code: Option<&'static str>,
    message: String,
    requests: Arc<Mutex<Vec<Value>>>,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Ses {
    pub(super) fn answering(status: u16, code: Option<&'static str>) -> Self {
        Self {
            status,
            code,
            message: "Message rejected: ada@example.com".to_owned(),
            requests: Arc::default(),
            lines: Arc::default(),
        }
    }

    /// Sets the error message of the response.
    pub(super) fn saying(self, message: &str) -> Self {
        Self {
            message: message.to_owned(),
            ..self
        }
    }

    pub(super) fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the method and URL of each request.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    pub(super) fn mailer(&self) -> Mailer {
        let settings = MailerSettings {
            from: "Ostiary <no-reply@example.com>".to_owned(),
            configuration_set: Some("events".to_owned()),
            brand: brand(),
        };
        Mailer::new(self.client(), settings)
    }

    pub(super) fn client(&self) -> aws_sdk_sesv2::Client {
        let connector = SharedHttpConnector::new(self.clone());
        let key = Credentials::builder()
            .access_key_id("key")
            .secret_access_key("secret")
            .provider_name("test");
        let config = aws_sdk_sesv2::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-central-1"))
            .credentials_provider(key.build())
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        aws_sdk_sesv2::Client::from_conf(config)
    }
}

impl HttpConnector for Ses {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        // Some requests have no body.
        let asked = serde_json::from_slice(request.body().bytes().unwrap()).unwrap_or_default();
        self.requests.lock().unwrap().push(asked);
        let line = format!("{} {}", request.method(), request.uri());
        self.lines.lock().unwrap().push(line);
        if self.status == 0 {
            return HttpConnectorFuture::ready(Err(ConnectorError::io("no route".into())));
        }
        let body = json!({ "MessageId": "m-1", "message": self.message }).to_string();
        let mut response = HttpResponse::new(self.status.try_into().unwrap(), SdkBody::from(body));
        if let Some(code) = self.code {
            response.headers_mut().insert("x-amzn-errortype", code);
        }
        HttpConnectorFuture::ready(Ok(response))
    }
}
