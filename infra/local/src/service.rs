//! Starts and stops the service.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use local_aws::template::{Template, TemplateError};
use local_aws::{EnforceError, LocalAws, Permissions};
use shared::aws::{self, InvalidConfig};
use shared::clock::{Clock as _, SystemClock};
use shared::config::{Config, InvalidSetting};
use shared::domain::signing_key::Ring;
use shared::entropy::OsEntropy;
use shared::http::AppState;
use shared::operations::{Core, CreateAdminError, EventBus, Interruption};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, interval_at, timeout};

use crate::admin::Admin;
use crate::audit::AuditTrail;
use crate::calls::Calls;
use crate::deployment::{self, TEMPLATE};
use crate::functions::{self, EVENT_OUTBOX, FunctionError, Functions, KEYS, MAIL_EVENTS, OUTBOX};
use crate::gateway::{self, CutOff, Gateway, GatewayError, Hints, InFlight};
use crate::logs::LogFormat;
use crate::outbox::{Handler, Outbox, Poller};
use crate::pages::{self, Pages};
use crate::settings::{Override, Settings, Switch};
use crate::subscription::Subscription;
use crate::welcome;

/// `DynamoDB` deletes expired items within days; the local service deletes them at this interval.
const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// How long a stop waits for the requests in flight.
const GRACE_PERIOD: Duration = Duration::from_secs(5);

/// The options of a service. The default is port 3000, memory only, and the default settings.
#[derive(Debug)]
pub struct Options {
    /// 0 selects a free port.
    pub port: u16,
    /// The port of the local AWS, for commands that use the same table; 0 selects a free port.
    pub aws_port: u16,
    /// The folder that keeps the state across runs.
    pub data: Option<PathBuf>,
    /// A user to create, unless the data folder has that user already.
    pub admin: Option<Admin>,
    pub rate_limits: Option<Switch>,
    /// See [`LocalAws::set_transaction_time`].
    pub transaction_time: Option<Duration>,
    pub overrides: Vec<Override>,
    /// The folder of the documentation as a site, as `infra/book` builds it; it may be missing.
    pub book: PathBuf,
    /// How each request is logged on standard output; `None`: not at all.
    pub log_requests: Option<LogFormat>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 3000,
            aws_port: 0,
            data: None,
            admin: None,
            rate_limits: None,
            transaction_time: None,
            overrides: Vec::new(),
            book: pages::BOOK.into(),
            log_requests: None,
        }
    }
}

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on 127.0.0.1:{port}; `--port N` selects another port")]
    Listen { port: u16, source: io::Error },
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    #[error(transparent)]
    Config(#[from] InvalidConfig),
    #[error(transparent)]
    Aws(#[from] local_aws::StartError),
    #[error("cannot create the table")]
    Table(#[from] local_aws::CreateTableError),
    #[error("the policies of template.yaml cannot be enforced")]
    Policies(#[from] EnforceError),
    #[error("cannot create the signing key")]
    SigningKey(#[source] Interruption),
    #[error("cannot create the administrator")]
    Admin(#[source] CreateAdminError),
    #[error(transparent)]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Functions(#[from] FunctionError),
    #[error(transparent)]
    Gateway(#[from] GatewayError),
}

impl StartError {
    /// Whether the cause is an invalid setting.
    pub fn is_misuse(&self) -> bool {
        matches!(self, Self::Setting(_) | Self::Config(_))
    }
}

/// A running service. It stops when this is dropped; [`Service::stop`] lets it finish the requests in flight.
#[derive(Debug)]
pub struct Service {
    address: SocketAddr,
    aws_endpoint: String,
    public_url: Arc<str>,
    keeps_state: bool,
    log_format: LogFormat,
    aws: Arc<LocalAws>,
    audit: Arc<AuditTrail>,
    in_flight: InFlight,
    server: JoinHandle<()>,
    stop: oneshot::Sender<()>,
    _tasks: JoinSet<()>,
}

impl Service {
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let template = Template::parse(TEMPLATE)?;
        let (listener, address) = listen(options.port).await?;
        let url = url_of(address);
        let settings = Settings::new(&url, &options.overrides, options.rate_limits);
        let config = settings.read()?;
        let keeps_state = options.data.is_some();
        let (aws, core) = start_aws(&template, &config, options.aws_port, options.data).await?;
        aws.set_transaction_time(options.transaction_time);
        let aws_endpoint = aws.endpoint_url();
        if let Some(admin) = options.admin {
            make_admin(admin, &core, keeps_state).await?;
        }
        aws.enforce(&template, deployment::of(&template, &settings))?;
        let functions = start_functions(&template, &config, &aws).await?;

        let aws = Arc::new(aws);
        let calls = Arc::new(Calls::new(SystemClock.now()));
        let mail_events = functions.get(MAIL_EVENTS)?.state.clone();
        let pages = Pages {
            contracts: config.contracts.clone(),
            url: url.as_str().into(),
            aws_endpoint: aws_endpoint.as_str().into(),
            aws: Arc::clone(&aws),
            calls: Arc::clone(&calls),
            has_events: config.events,
            audit: Arc::new(AuditTrail::new(Arc::clone(&aws), &config.signer.stack)),
            mail_events: Arc::new(Subscription::new(Arc::clone(&aws), mail_events, calls)),
            book: options.book.into(),
            public_url: config.settings.public_url.as_str().into(),
        };
        let public_url = Arc::clone(&pages.public_url);
        let mut tasks = JoinSet::new();
        tasks.spawn(sweep(Arc::clone(&pages.aws)));
        let mut outboxes = Vec::new();
        let names = [Some(OUTBOX), config.events.then_some(EVENT_OUTBOX)];
        for name in names.into_iter().flatten() {
            let (outbox, polling) = Outbox::new(poller(&template, &functions, &pages, name)?);
            tasks.spawn(polling);
            outboxes.push(outbox);
        }
        tasks.spawn(Arc::clone(&pages.mail_events).run());
        let hints = Hints::new(
            url,
            config.settings.trusted_origins.clone(),
            settings.value("TRUSTED_ORIGINS").unwrap_or_default(),
        );
        let (calls, audit) = (Arc::clone(&pages.calls), Arc::clone(&pages.audit));
        let gateway = Gateway::new(&template, &functions.routers(), outboxes, calls, audit, hints)?;
        let in_flight = gateway.in_flight();
        let audit = Arc::clone(&pages.audit);
        let api = gateway::router(gateway.logging(options.log_requests));
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve(listener, pages::beside(api, pages), stopped));
        Ok(Self {
            address,
            aws_endpoint,
            public_url,
            keeps_state,
            log_format: options.log_requests.unwrap_or_default(),
            aws,
            audit,
            in_flight,
            server,
            stop,
            _tasks: tasks,
        })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients reach it.
    pub fn url(&self) -> String {
        url_of(self.address)
    }

    /// The URL of its `DynamoDB`, KMS, SES and SNS: the value of `AWS_ENDPOINT_URL` for commands that use the same
    /// table.
    pub fn aws_endpoint(&self) -> &str {
        &self.aws_endpoint
    }

    /// What `template.yaml` grants each function, and what it used and was denied, by logical id.
    pub fn permissions(&self) -> BTreeMap<String, Permissions> {
        self.aws.permissions()
    }

    /// The kinds of audit records that requests have left, by route: `METHOD /pattern`.
    pub fn audited(&self) -> BTreeMap<String, BTreeSet<&'static str>> {
        self.audit.kinds()
    }

    /// See [`LocalAws::fail_bus_events`].
    pub fn fail_events(&self, failing: Option<(&str, &str)>) {
        self.aws.fail_bus_events(failing);
    }

    /// The audit records of requests, oldest first.
    pub fn audit_trail(&self) -> Vec<serde_json::Value> {
        self.audit.list()
    }

    /// Prints the address and first requests to try, or the addresses alone as a line of JSON.
    pub fn print_welcome(&self) {
        match self.log_format {
            LogFormat::Text => {
                let text = welcome::text(&self.url(), &self.public_url, &self.aws_endpoint, self.keeps_state);
                print!("{text}");
            }
            LogFormat::Json => println!("{}", welcome::line(&self.url(), &self.public_url, &self.aws_endpoint)),
        }
    }

    /// Accepts no more requests, and waits a few seconds for those in flight. The error names the requests that it cut
    /// off.
    pub async fn stop(self) -> Result<(), CutOff> {
        drop(self.stop);
        // A request whose client has disconnected is in flight without a connection, so the server does not wait for
        // it.
        let finished = async {
            let _ = self.server.await;
            self.in_flight.wait_until_empty().await;
        };
        match timeout(GRACE_PERIOD, finished).await {
            Ok(()) => Ok(()),
            Err(_) => self.in_flight.expect_empty(),
        }
    }
}

/// The name `localhost`, and not the address: to browsers, the pages of a development server at `localhost` and a service
/// at 127.0.0.1 are two sites, between which they send no cookies.
fn url_of(address: SocketAddr) -> String {
    format!("http://localhost:{}", address.port())
}

/// A core over a data folder, for a command that changes its content, and its event bus. They work until the local AWS
/// is dropped.
pub(crate) async fn core_in(data: PathBuf) -> Result<(LocalAws, Core, EventBus), StartError> {
    let config = Settings::new("http://127.0.0.1:3000", &[], None).read()?;
    let (aws, core) = start_aws(&Template::parse(TEMPLATE)?, &config, 0, Some(data)).await?;
    let bus = aws::event_bus(&config, &aws::loopback(&aws.endpoint_url()));
    Ok((aws, core, bus))
}

/// The local AWS with the table, and a core that uses it.
async fn start_aws(
    template: &Template,
    config: &Config,
    port: u16,
    data: Option<PathBuf>,
) -> Result<(LocalAws, Core), StartError> {
    let options = local_aws::Options {
        listen: (Ipv4Addr::LOCALHOST, port).into(),
        data,
        ..local_aws::Options::default()
    };
    let aws = LocalAws::start(options).await?;
    aws.create_table(template, &config.table_name)?;
    let core = aws::core(config, &aws::loopback(&aws.endpoint_url()), Arc::new(OsEntropy))?;
    Ok((aws, core))
}

/// Each function signs its calls with its own name, so that it has only the permissions that the template grants it.
async fn start_functions(template: &Template, config: &Config, aws: &LocalAws) -> Result<Functions, StartError> {
    let functions = Functions::start(template, |logical_id| {
        let sdk = aws::loopback_as(logical_id, &aws.endpoint_url());
        let core = aws::core(config, &sdk, Arc::new(OsEntropy))?;
        // The gateway writes the request lines.
        Ok::<_, StartError>(AppState::new(core, config.clone(), Arc::new(SystemClock), |_| ()))
    })?;
    // In AWS, a schedule invokes this function, which is the only one that may create keys.
    let keys = &functions.get(KEYS)?.state.core;
    for ring in Ring::ALL {
        let made = keys.publish_keys(ring, SystemClock.now()).await;
        made.map_err(StartError::SigningKey)?;
    }
    Ok(functions)
}

/// The poller for one of the functions that the stream invokes.
fn poller(
    template: &Template,
    functions: &Functions,
    pages: &Pages,
    name: &'static str,
) -> Result<Poller, FunctionError> {
    let function = functions.get(name)?;
    let sdk = aws::loopback_as(&function.logical_id, &pages.aws.endpoint_url());
    Ok(Poller {
        aws: Arc::clone(&pages.aws),
        source: functions::outbox_source(template, name)?,
        state: function.state.clone(),
        handler: if name == OUTBOX {
            Handler::Mail(aws::mailer(&function.state.config, &sdk))
        } else {
            Handler::Events(aws::event_bus(&function.state.config, &sdk))
        },
        calls: Arc::clone(&pages.calls),
        is_failing: false,
    })
}

async fn make_admin(admin: Admin, core: &Core, keeps_state: bool) -> Result<(), StartError> {
    match admin.create(core).await {
        // An earlier run created the administrator, whose password may have changed since.
        Err(CreateAdminError::EmailTaken) if keeps_state => Ok(()),
        outcome => outcome.map_err(StartError::Admin),
    }
}

async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen = async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listen.await.map_err(|source| StartError::Listen { port, source })
}

async fn serve(listener: TcpListener, router: Router, stopped: oneshot::Receiver<()>) {
    // Without this, a response in two writes would wait for the client's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    if let Err(error) = served.await {
        tracing::error!(%error, "the gateway stopped");
    }
}

async fn sweep(aws: Arc<LocalAws>) {
    let mut ticks = interval_at(Instant::now() + SWEEP_INTERVAL, SWEEP_INTERVAL);
    loop {
        ticks.tick().await;
        let aws = Arc::clone(&aws);
        if let Err(error) = tokio::task::spawn_blocking(move || aws.sweep_expired()).await {
            tracing::error!(%error, "expired items cannot be deleted");
        }
    }
}
