//! The service under test.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use local_aws::template::Template;
use local_aws::{LocalAws, Mail, Options};
use serde_json::Value;

use super::{FixedClock, SeededEntropy, TestRequest};
use crate::aws;
use crate::clock::Clock as _;
use crate::config::Config;
use crate::contract::better_auth;
use crate::domain::{EmailAddress, LoginName, MailId, NewPassword, PasswordAttempt};
use crate::http::{AppState, app};
use crate::mailer::Mailer;
use crate::operations::{Caller, Client, Core, CreateAdmin, Credential, Issue, SignIn, SignedIn};
use crate::store::mail_id_of_stream_key;

/// The routers under test, over everything that they stand on.
pub struct TestApp {
    pub aws: LocalAws,
    pub clock: Arc<FixedClock>,
    pub state: AppState,
    pub(super) router: Router,
    mailer: Mailer,
    /// What could not be sent yet.
    undelivered: Mutex<Vec<MailId>>,
}

/// What tests want other than the defaults of a deployment: hashes that cost nothing, and no limits unless they are tested.
const TEST_SETTINGS: [(&str, &str); 3] = [
    ("ARGON2_MEMORY_KIB", "8"),
    ("ARGON2_ITERATIONS", "1"),
    ("RATE_LIMITS", "off"),
];

impl TestApp {
    pub async fn start(routes: impl FnOnce(&AppState) -> Router<AppState>) -> Self {
        Self::with_settings(routes, &[]).await
    }

    pub async fn with_settings(routes: impl FnOnce(&AppState) -> Router<AppState>, settings: &[(&str, &str)]) -> Self {
        let settings: HashMap<&str, &str> = TEST_SETTINGS.iter().chain(settings).copied().collect();
        let config = Config::read(&|name| settings.get(name).map(|value| (*value).to_owned())).expect("settings");
        let options = Options {
            transaction_time: Some(Duration::ZERO),
            ..Options::default()
        };
        let aws = LocalAws::start(options).await.expect("a local AWS");
        let template = Template::parse(include_str!("../../../template.yaml")).expect("template.yaml");
        aws.create_table(&template, &config.table_name).expect("the table");
        let sdk = aws::loopback(&aws.endpoint_url());
        let clock = Arc::new(FixedClock::default());
        let core = aws::core(&config, &sdk, Arc::new(SeededEntropy::default())).expect("a core");
        let mailer = aws::mailer(&config, &sdk);
        let state = AppState::new(core, config, Arc::clone(&clock) as _, |_| ());
        Self {
            router: app(routes(&state), state.clone()),
            aws,
            clock,
            state,
            mailer,
            undelivered: Mutex::default(),
        }
    }

    pub fn core(&self) -> &Core {
        &self.state.core
    }

    pub fn get(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, "GET", path)
    }

    pub fn post(&self, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, "POST", path)
    }

    pub fn request(&self, method: &str, path: &str) -> TestRequest<'_> {
        TestRequest::new(self, method, path)
    }

    /// Sends what waits in the outbox, as the table's stream would have it sent: each request does so when it is answered. What
    /// cannot be sent is handed over again with the next call.
    pub async fn deliver_mail(&self) {
        let mut waiting = std::mem::take(&mut *self.undelivered());
        for event in self.aws.stream_events().await {
            let records = event["Records"].as_array().into_iter().flatten();
            waiting.extend(records.filter_map(new_mail));
        }
        for id in waiting {
            if self
                .core()
                .deliver_mail(&self.mailer, id, self.clock.now())
                .await
                .is_err()
            {
                self.undelivered().push(id);
            }
        }
    }

    fn undelivered(&self) -> MutexGuard<'_, Vec<MailId>> {
        self.undelivered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.aws.mailbox().list()
    }

    /// The newest mail of a kind.
    pub fn last_mail(&self, kind: &str) -> Mail {
        let of_kind = |mail: &Mail| mail.tags.iter().any(|(name, value)| name == "kind" && value == kind);
        self.mails()
            .into_iter()
            .rev()
            .find(of_kind)
            .unwrap_or_else(|| panic!("no mail of kind {kind}"))
    }

    /// The token in the link of the newest mail of a kind.
    pub fn mailed_token(&self, kind: &str) -> String {
        let mail = self.last_mail(kind);
        let text = mail.text.expect("a text part");
        let link = text
            .split_whitespace()
            .find(|word| word.contains("/link/"))
            .expect("a link in the mail");
        let url = url::Url::parse(link).expect("a URL");
        let token = url
            .query_pairs()
            .find(|(name, _)| name == "token")
            .map(|(_, token)| token.into_owned());
        token.expect("a token in the link")
    }

    /// The token of a session in which an administrator acts as the user whose token it is.
    pub async fn impersonating(&self, token: &str) -> String {
        let user = self.caller(token).await.user.id;
        let now = self.clock.now();
        let admin = self.administrator("behind@example.com").await;
        let opened = self
            .core()
            .impersonate_user(&admin, user, &Client::default(), now)
            .await;
        opened.expect("a session").token.to_string()
    }

    /// A new administrator, who has every role and is signed in.
    async fn administrator(&self, email: &str) -> Caller {
        const PASSWORD: &str = "a keeper of the door";
        let now = self.clock.now();
        let email = EmailAddress::parse(email).expect("an address");
        let command = CreateAdmin {
            email: email.clone(),
            password: NewPassword::parse(PASSWORD, better_auth::PASSWORD_RULES).expect("a password"),
        };
        self.core().create_admin(command, now).await.expect("an administrator");
        let command = SignIn {
            name: LoginName::Email(email),
            password: PasswordAttempt::new(PASSWORD),
            remember_me: true,
            verification_required: false,
            account_required: false,
            issue: Issue::Session,
            trusted_device: None,
            client: Client::default(),
        };
        match self.core().sign_in(command, now).await.expect("an answer") {
            SignedIn::Session(opened) => self.caller(&opened.token.to_string()).await,
            SignedIn::SecondFactor(_) => panic!("a second factor that nobody has set up"),
        }
    }

    /// The caller behind a token, for calling operations directly.
    pub async fn caller(&self, token: &str) -> Caller {
        let credential = Credential::parse(token).expect("a credential");
        let caller = self
            .core()
            .authenticate(&credential, self.clock.now())
            .await
            .expect("an answer");
        caller.expect("a live session")
    }
}

/// The mail that a record of the stream puts into the outbox, if it is about one.
fn new_mail(record: &Value) -> Option<MailId> {
    if record["eventName"] != "INSERT" {
        return None;
    }
    let keys = record["dynamodb"]["Keys"].as_object()?.iter();
    let texts = keys.filter_map(|(name, value)| Some((name.clone(), value["S"].as_str()?.to_owned())));
    mail_id_of_stream_key(&texts.collect::<HashMap<_, _>>())
}

impl fmt::Debug for TestApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestApp").finish_non_exhaustive()
    }
}
