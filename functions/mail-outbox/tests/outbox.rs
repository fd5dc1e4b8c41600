//! The outbox of a service of its own, and the function over it.

use aws_lambda_events::event::dynamodb::Event;
use aws_lambda_events::streams::DynamoDbEventResponse;
use axum::Router;
use shared::clock::Clock as _;
use shared::domain::{EmailAddress, Name, NewPassword, PasswordRules};
use shared::mailer::Mailer;
use shared::operations::{Caller, CaptchaCheck, Client, Issue, SignUp};
use shared::testkit::{PASSWORD, TestApp};

pub struct Outbox {
    pub app: TestApp,
    pub mailer: Mailer,
}

impl Outbox {
    pub async fn start() -> Self {
        Self::with_settings(&[]).await
    }

    pub async fn with_settings(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::with_settings(|_| Router::new(), settings).await;
        let sdk = shared::aws::loopback(&app.aws.endpoint_url());
        let mailer = shared::aws::mailer(&app.state.config, &sdk);
        Self { app, mailer }
    }

    /// A new user, whose address is yet to be verified.
    pub async fn sign_up(&self, email: &str) -> Caller {
        let rules = PasswordRules { min: 8, max: 128 };
        let command = SignUp {
            email: EmailAddress::parse(email).unwrap(),
            password: NewPassword::parse(PASSWORD, rules).unwrap(),
            name: Name::full("Ada"),
            username: None,
            display_username: None,
            image: None,
            with_organization: false,
            sign_in: Some(Issue::Session),
            remember_me: true,
            callback: None,
            captcha: CaptchaCheck::NotRequired,
            client: Client::default(),
        };
        let signed_up = self.app.core().sign_up(command, self.app.clock.now()).await.unwrap();
        self.app.caller(&signed_up.session.unwrap().token.to_string()).await
    }

    /// All that was written since the last call.
    pub async fn event(&self) -> Event {
        let mut all = Event::default();
        all.records = self.app.stream_records().await;
        all
    }

    pub async fn hand_over(&self, event: &Event) -> DynamoDbEventResponse {
        mail_outbox::handle(self.app.core(), &self.mailer, event.clone(), self.app.clock.now()).await
    }

    pub fn recipients(&self) -> Vec<String> {
        self.app.mails().into_iter().flat_map(|mail| mail.to).collect()
    }
}
