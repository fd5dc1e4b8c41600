//! The service that gets the reports, and a user whose mail they are about.

use aws_lambda_events::event::sns::SnsEvent;
use mail_events::{TriggerError, handle_sns, routes_trusting};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{
    EmailAddress, EmailStatus, LoginName, Name, NewPassword, PasswordAttempt, PasswordRules, User, UserId,
};
use shared::operations::{
    Caller, CaptchaCheck, Client, Issue, RequestPasswordReset, SignIn, SignInPolicy, SignUp, SignedIn,
};
use shared::testkit::{Answer, PASSWORD, TestApp};

use super::reports::ADA;
use super::sns::TOPIC;
use super::{Sns, log};

pub struct Service {
    pub sns: Sns,
    pub app: TestApp,
    user: UserId,
}

impl Service {
    /// With Ada, whose mails have all been sent.
    pub async fn start() -> Self {
        Self::with_settings(&[("SNS_TOPIC_ARNS", TOPIC)]).await
    }

    pub async fn with_settings(settings: &[(&str, &str)]) -> Self {
        log::start();
        let sns = Sns::new();
        let topics: Vec<&str> = settings
            .iter()
            .filter(|(name, _)| *name == "SNS_TOPIC_ARNS")
            .map(|(_, value)| *value)
            .collect();
        let verifier = sns.verifier(&topics);
        let app = TestApp::with_settings(|_| routes_trusting(verifier), settings).await;
        let user = sign_up(&app, ADA).await.id;
        app.deliver_mail().await;
        Self { sns, app, user }
    }

    /// As SNS posts a message.
    pub async fn post(&self, message: &Value) -> Answer {
        let request = self.app.post("/accounts/v1/notifications/ses");
        let request = request.header("x-amz-sns-message-type", "Notification");
        request
            .body("text/plain; charset=UTF-8", message.to_string())
            .send()
            .await
    }

    /// As Lambda's trigger hands a message over.
    pub async fn hand_over(&self, text: &str) -> Result<(), TriggerError> {
        handle_sns(&self.app.state, event(TOPIC, text), self.app.clock.now()).await
    }

    pub async fn is_suppressed(&self, email: &str) -> bool {
        let known = self.app.core().store.find_deliverability(&address(email)).await;
        known.unwrap().status.is_suppressed()
    }

    /// Has a mail wait that is to be sent to Ada.
    pub async fn ask_for_mail(&self) {
        let command = RequestPasswordReset {
            email: address(ADA),
            redirect: None,
            captcha: CaptchaCheck::NotRequired,
            client: Client {
                ip: "192.0.2.1".to_owned(),
                ..Client::default()
            },
        };
        let now = self.app.clock.now();
        self.app.core().request_password_reset(command, now).await.unwrap();
    }

    pub async fn is_written_to(&self) -> bool {
        let before = self.app.mails().len();
        self.ask_for_mail().await;
        self.app.deliver_mail().await;
        self.app.mails().len() > before
    }

    /// Ada, signed in.
    pub async fn caller(&self) -> Caller {
        let command = SignIn {
            name: LoginName::Email(address(ADA)),
            password: PasswordAttempt::new(PASSWORD),
            remember_me: true,
            policy: SignInPolicy::open(Issue::Session),
            trusted_devices: Vec::new(),
            captcha: CaptchaCheck::NotRequired,
            client: Client::default(),
        };
        let signed_in = self.app.core().sign_in(command, self.app.clock.now()).await.unwrap();
        let SignedIn::Session(opened) = signed_in else {
            panic!("no second factor is set up");
        };
        self.app.caller(&opened.token.to_string()).await
    }

    pub async fn user(&self) -> User {
        self.app.core().store.find_user(self.user).await.unwrap().unwrap()
    }

    /// The user's status, and that of the address; they are the same.
    pub async fn status(&self) -> EmailStatus {
        let known = self.app.core().store.find_deliverability(&address(ADA)).await.unwrap();
        let status = self.user().await.email_status;
        assert_eq!(known.status, status);
        status
    }
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub async fn sign_up(app: &TestApp, email: &str) -> User {
    let rules = PasswordRules { min: 8, max: 128 };
    let command = SignUp {
        email: address(email),
        password: NewPassword::parse(PASSWORD, rules).unwrap(),
        name: Name::full("Ada"),
        username: None,
        display_username: None,
        image: None,
        with_organization: false,
        sign_in: None,
        remember_me: true,
        callback: None,
        captcha: CaptchaCheck::NotRequired,
        client: Client::default(),
    };
    app.core().sign_up(command, app.clock.now()).await.unwrap().user
}

pub fn event(topic: &str, text: &str) -> SnsEvent {
    let event = json!({ "Records": [{
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": format!("{topic}:c9135db0-26c4-47ec-8998-413945fb5a96"),
        "Sns": {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": topic,
            "Subject": "Amazon SES Email Event Notification",
            "Message": text,
            "Timestamp": "2026-01-31T12:00:00.000Z",
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
            "SigningCertUrl": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem",
            "UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
            "MessageAttributes": {},
        },
    }] });
    serde_json::from_value(event).unwrap()
}
