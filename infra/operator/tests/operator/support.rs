//! A deployment for each test, and the three ways to run a task.

use std::process::{Output, Stdio};

use operator::{Actor, Failure, Report, Task};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{EmailAddress, MailEvent, MailEventKind, MessageId, User};
use shared::operations::EventBus;
use shared::testkit::TestApp;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

pub const ROOT: &str = "root@example.com";
pub const ADA: &str = "ada@example.com";
pub const PASSWORD: &str = "nine lanterns over Pskov";

pub struct Deployment {
    pub app: TestApp,
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

pub fn create(email: &str, password: &str) -> Task {
    Task::create_admin(address(email), password).expect("a password")
}

impl Deployment {
    pub async fn start() -> Self {
        Self::with_settings(&[]).await
    }

    pub async fn with_settings(settings: &[(&str, &str)]) -> Self {
        Self {
            app: TestApp::with_settings(session::routes, settings).await,
        }
    }

    pub async fn run(&self, task: Task) -> Result<Report, Failure> {
        let actor = Actor::Invocation("a request".to_owned());
        operator::run(self.app.core(), &self.bus(), task, &actor, self.app.clock.now()).await
    }

    pub fn bus(&self) -> EventBus {
        let sdk = shared::aws::loopback(&self.app.aws.endpoint_url());
        shared::aws::event_bus(&self.app.state.config, &sdk)
    }

    /// The report as JSON.
    pub async fn report(&self, task: Task) -> Value {
        let report = self.run(task).await.expect("a report");
        serde_json::to_value(report).expect("JSON")
    }

    pub async fn refusal(&self, task: Task) -> Failure {
        self.run(task).await.expect_err("a failure")
    }

    /// Signs up a user with an unverified address.
    pub async fn sign_up(&self, email: &str) {
        let ada = json!({ "name": "Ada", "email": email, "password": PASSWORD });
        let request = self.app.post("/api/auth/sign-up/email").json(&ada);
        let _ = request.send().await.expect(200);
    }

    /// The user as stored.
    pub async fn user(&self, email: &str) -> User {
        let store = &self.app.core().store;
        let owner = store.find_owner(&address(email)).await.expect("an answer");
        let user = store.find_user(owner.expect("an owner")).await.expect("an answer");
        user.expect("a user")
    }

    pub async fn change(&self, email: &str, change: impl FnOnce(&mut User)) {
        let mut user = self.user(email).await;
        change(&mut user);
        let changes = shared::store::Changes::new().update_user(&user);
        self.app.core().store.commit(changes).await.expect("a commit");
    }

    pub async fn verified(&self, email: &str) -> User {
        self.sign_up(email).await;
        let now = self.app.clock.now();
        self.change(email, |user| user.email_verified_at = Some(now)).await;
        self.user(email).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> u16 {
        let credentials = json!({ "email": email, "password": password });
        let request = self.app.post("/api/auth/sign-in/email").json(&credentials);
        request.send().await.status.as_u16()
    }

    /// Records an event of a mail to the address.
    pub async fn reported(&self, email: &str, kind: MailEventKind) {
        let event = MailEvent {
            message_id: MessageId::parse("0100").expect("an id"),
            kind,
            recipients: vec![address(email)],
            at: self.app.clock.now(),
        };
        let recorded = self.app.core().record_mail_event(&event, self.app.clock.now()).await;
        assert!(recorded.expect("an answer"));
    }

    /// Runs the command with only the given environment, and without credentials.
    pub async fn command(&self, args: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
        let endpoint = self.app.aws.endpoint_url();
        let place = ["--endpoint", &endpoint, "--config", "ARGON2_MEMORY_KIB=8"];
        command(&[&place[..], args].concat(), environment, input).await
    }
}

pub async fn command(args: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_operator"));
    command.args(args).env_clear().envs(environment.iter().copied());
    let pipes = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = pipes.spawn().expect("it starts");
    let mut stdin = running.stdin.take().expect("a pipe");
    // The command may have ended without reading.
    drop(stdin.write_all(input.as_bytes()).await);
    drop(stdin);
    running.wait_with_output().await.expect("it ends")
}

/// Standard output and standard error.
pub fn output_text(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes))
        .concat()
}

/// The audit records of tasks.
pub fn audited(output: &Output) -> Vec<Value> {
    let lines = String::from_utf8_lossy(&output.stderr);
    let lines = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .filter(|line| line["target"] == "audit" && line["kind"] == "operator_acted")
        .collect()
}
