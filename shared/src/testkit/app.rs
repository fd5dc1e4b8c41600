//! The service under test.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use axum::Router;
use local_aws::template::Template;
use local_aws::{LocalAws, Mail, Options};
use serde_json::Value;

use super::{FixedClock, PASSWORD, SeededEntropy, TestRequest};
use crate::aws;
use crate::clock::Clock as _;
use crate::config::Config;
use crate::contract::better_auth;
use crate::domain::{
    ConfigurationKey, ConfiguredValue, EmailAddress, MailId, NewPassword, Secret, Session, SessionId, SessionToken,
    User, UserStatus,
};
use crate::entropy::OsEntropy;
use crate::function::app;
use crate::http::AppState;
use crate::mailer::Mailer;
use crate::operations::{Assured, Caller, Client, Core, CreateAdmin, Credential, Delivery, Level, SignedIn};
use crate::store::{Changes, mail_id_of_stream_key};
use crate::table_stream::inserted_keys;

/// The routers under test, over a local AWS, a fixed clock and seeded randomness.
pub struct TestApp {
    pub aws: LocalAws,
    pub clock: Arc<FixedClock>,
    pub state: AppState,
    pub(super) router: Router,
    mailer: Mailer,
    /// Mails that could not be sent yet.
    undelivered: Mutex<Vec<MailId>>,
}

/// Hashes that cost nothing, and no rate limits unless a test is about them.
const TEST_SETTINGS: [(&str, &str); 3] = [
    ("ARGON2_MEMORY_KIB", "8"),
    ("ARGON2_ITERATIONS", "1"),
    ("RATE_LIMITS", "off"),
];

/// How the service under test is set up.
pub struct TestAppBuilder<R> {
    routes: R,
    settings: HashMap<String, String>,
    aws: Options,
}

impl<R: FnOnce(&AppState) -> Router<AppState>> TestAppBuilder<R> {
    /// Environment variables; a later one overrides an earlier one of the same name.
    #[must_use]
    pub fn settings(mut self, settings: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        self.settings.extend(settings.iter().map(owned));
        self
    }

    /// The options of the local AWS: the place for switches such as the emulation of transaction conflicts.
    #[must_use]
    pub fn aws(mut self, options: Options) -> Self {
        self.aws = options;
        self
    }

    pub async fn start(self) -> TestApp {
        let settings = self.settings;
        let config = Config::read(&|name| settings.get(name).cloned()).expect("settings");
        let aws = LocalAws::start(self.aws).await.expect("a local AWS");
        aws.create_table(Template::of_the_service(), &config.table_name)
            .expect("the table");
        let sdk = aws::loopback(&aws.endpoint_url());
        let clock = Arc::new(FixedClock::default());
        let core = aws::core(&config, &sdk, Arc::new(SeededEntropy::default())).expect("a core");
        let mailer = aws::mailer(&config, &sdk);
        let state = AppState::new(core, config, Arc::clone(&clock) as _, |_| ());
        state.core.refresh_configuration(clock.now()).await;
        TestApp {
            router: app((self.routes)(&state), state.clone()),
            aws,
            clock,
            state,
            mailer,
            undelivered: Mutex::default(),
        }
    }
}

impl<R> fmt::Debug for TestAppBuilder<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestAppBuilder").finish_non_exhaustive()
    }
}

impl TestApp {
    pub fn builder<R: FnOnce(&AppState) -> Router<AppState>>(routes: R) -> TestAppBuilder<R> {
        let builder = TestAppBuilder {
            routes,
            settings: HashMap::new(),
            aws: Options {
                // Transactions on the same item conflict, as in AWS; `race` gives them a duration as well.
                transaction_time: Some(Duration::ZERO),
                ..Options::default()
            },
        };
        builder.settings(&TEST_SETTINGS)
    }

    pub async fn start(routes: impl FnOnce(&AppState) -> Router<AppState>) -> Self {
        Self::builder(routes).start().await
    }

    pub async fn with_settings(routes: impl FnOnce(&AppState) -> Router<AppState>, settings: &[(&str, &str)]) -> Self {
        Self::builder(routes).settings(settings).start().await
    }

    pub fn core(&self) -> &Core {
        &self.state.core
    }

    /// Another process of the same deployment: nothing is cached in it. `change` is made to its settings.
    pub fn another_process(&self, change: impl FnOnce(&mut Config)) -> Core {
        let mut config = self.state.config.clone();
        change(&mut config);
        let sdk = aws::loopback(&self.aws.endpoint_url());
        aws::core(&config, &sdk, Arc::new(OsEntropy)).expect("a core")
    }

    /// Sets a value as an administrator does.
    pub async fn configure(&self, key: ConfigurationKey, value: Value) {
        let (store, now) = (&self.core().store, self.clock.now());
        let seen = store.find_configuration().await.expect("the configuration");
        let changed = seen.with(ConfiguredValue {
            key,
            value,
            description: None,
            created_at: now,
            updated_at: now,
        });
        let committed = store.commit(Changes::new().update_configuration(&seen, &changed)).await;
        committed.expect("a change of the configuration");
        self.core().apply_configuration(&changed);
    }

    /// The routes of another process, for requests that are sent `at` it.
    pub fn router_of_another_process(&self, routes: impl FnOnce(&AppState) -> Router<AppState>) -> Router {
        let (core, config) = (self.another_process(|_| ()), self.state.config.clone());
        let state = AppState::new(core, config, Arc::clone(&self.clock) as _, |_| ());
        app(routes(&state), state)
    }

    /// Makes every password hash be refused, as if as many as may were waiting, until the guard is dropped.
    pub fn fill_hashing_queue(&self) -> impl Drop + use<> {
        self.core().passwords.fill_queue()
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

    /// Sends the mails that wait in the outbox, as the function behind the table's stream does. Each test request calls
    /// this after its answer. A mail that could not be sent is tried again at the next call.
    pub async fn deliver_mail(&self) {
        let mut waiting = std::mem::take(&mut *self.undelivered());
        let records = self.stream_records().await;
        let new_mail = |record| mail_id_of_stream_key(&inserted_keys(record)?);
        waiting.extend(records.iter().filter_map(new_mail));
        for id in waiting {
            let delivery = self.core().deliver_mail(&self.mailer, id, self.clock.now()).await;
            if !matches!(delivery, Ok(Delivery::Done | Delivery::GivenUp(_))) {
                self.undelivered().push(id);
            }
        }
    }

    /// What was written to the table since the last call, as its stream has it.
    pub async fn stream_records(&self) -> Vec<EventRecord> {
        let events = self.aws.stream_events().await.into_iter();
        let records = |event| {
            serde_json::from_value::<Event>(event)
                .expect("an event of the stream")
                .records
        };
        events.flat_map(records).collect()
    }

    /// Sends the mails whose next attempt is due, as the schedule of that function does.
    pub async fn deliver_due_mail(&self) {
        let delivered = self.core().deliver_due_mails(&self.mailer, self.clock.now()).await;
        delivered.expect("an answer");
    }

    fn undelivered(&self) -> MutexGuard<'_, Vec<MailId>> {
        self.undelivered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn mails(&self) -> Vec<Mail> {
        self.aws.mailbox().list()
    }

    /// The newest mail of a kind.
    pub fn last_mail(&self, kind: &str) -> Mail {
        let newest = self.mails().into_iter().rev().find(|mail| is_of_kind(mail, kind));
        newest.unwrap_or_else(|| panic!("no mail of kind {kind}"))
    }

    /// How many mails of a kind were sent.
    pub fn count_mails(&self, kind: &str) -> usize {
        self.mails().iter().filter(|mail| is_of_kind(mail, kind)).count()
    }

    /// The link in the newest mail of a kind.
    pub fn mailed_link(&self, kind: &str) -> String {
        let text = self.last_mail(kind).text.expect("a text part");
        let mut words = text.split_whitespace();
        let link = words.find(|word| word.contains("/link/"));
        link.expect("a link in the mail").to_owned()
    }

    /// The token in the link of the newest mail of a kind.
    pub fn mailed_token(&self, kind: &str) -> String {
        let url = url::Url::parse(&self.mailed_link(kind)).expect("a URL");
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
        let admin = self.core().assure(admin, now).expect("a recent sign-in");
        let opened = self
            .core()
            .impersonate_user(&admin, user, &Client::default(), now)
            .await;
        opened.expect("a session").token.to_string()
    }

    /// A new administrator, who has every role and is signed in.
    async fn administrator(&self, email: &str) -> Caller {
        let now = self.clock.now();
        let address = EmailAddress::parse(email).expect("an address");
        let command = CreateAdmin {
            email: address,
            password: NewPassword::parse(PASSWORD, better_auth::PASSWORD_RULES).expect("a password"),
        };
        self.core().create_admin(command, now).await.expect("an administrator");
        let command = super::better_auth::sign_in_command(email);
        match self.core().sign_in(command, now).await.expect("an answer") {
            SignedIn::Session(opened) => self.caller(&opened.token.to_string()).await,
            SignedIn::SecondFactor(_) => panic!("no second factor is set up"),
        }
    }

    /// The stored user who has the address.
    pub async fn user_of(&self, email: &str) -> User {
        let email: EmailAddress = email.parse().expect("an address");
        let store = &self.core().store;
        let owner = store.find_owner(&email).await.expect("an answer").expect("an owner");
        store.find_user(owner).await.expect("an answer").expect("a user")
    }

    /// Changes the stored user who has the address, as an operation that the test does not have would do it.
    pub async fn change_user_of(&self, email: &str, change: impl FnOnce(&mut User)) {
        let mut user = self.user_of(email).await;
        change(&mut user);
        let committed = self.core().store.commit(Changes::new().update_user(&user)).await;
        committed.expect("a commit");
    }

    /// Changes the stored user of a session, as an operation that the test does not have would do it.
    pub async fn change_user(&self, token: &str, change: impl FnOnce(&mut User)) {
        let mut user = self.caller(token).await.user;
        change(&mut user);
        let committed = self.core().store.commit(Changes::new().update_user(&user)).await;
        committed.expect("a commit");
    }

    /// Changes a session, as another request or the time would have changed it.
    pub async fn change_session(&self, token: &str, change: impl FnOnce(&mut Session)) {
        let mut session = self.caller(token).await.session;
        change(&mut session);
        let committed = self.core().store.commit(Changes::new().update_session(&session)).await;
        committed.expect("a commit");
    }

    /// The token of a further session of the same user, which differs from that session by the change.
    pub async fn further_session(&self, token: &str, change: impl FnOnce(&mut Session)) -> String {
        let entropy = &*self.core().entropy;
        let secret = Secret::generate(entropy);
        let mut session = Session {
            id: SessionId::generate(self.clock.now(), entropy),
            hash: secret.hash(),
            ..self.caller(token).await.session
        };
        change(&mut session);
        let created = self.core().store.commit(Changes::new().create_session(&session)).await;
        created.expect("a commit");
        let token = SessionToken {
            user_id: session.user_id,
            session_id: session.id,
            secret,
        };
        token.to_string()
    }

    /// Suspends, bans or deletes the user of a session, or makes them active again.
    pub async fn set_status(&self, token: &str, status: UserStatus) {
        self.change_user(token, |user| user.status = status).await;
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

    /// The same, for an operation that requires more than a live session.
    pub async fn assured<L: Level>(&self, token: &str) -> Assured<L> {
        let caller = self.caller(token).await;
        self.core().assure(caller, self.clock.now()).expect("the assurance")
    }
}

fn is_of_kind(mail: &Mail, kind: &str) -> bool {
    mail.tags.iter().any(|(name, value)| name == "kind" && value == kind)
}

/// The mail that a record of the stream puts into the outbox, if it is about one.
impl fmt::Debug for TestApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestApp").finish_non_exhaustive()
    }
}
