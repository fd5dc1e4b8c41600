//! [`LocalAws`]: starts the services, gives access to them, and stops them when it is dropped.

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{Mutex, oneshot},
};

use crate::{
    ambient,
    dynamodb::{CreateTableError, Engine, Proxy},
    event_bridge::{BusEvent, EventBridge},
    faults::Faults,
    files,
    iam::{Deployment, EnforceError, Iam, Permissions, Resolved},
    kms::Kms,
    logs::Logs,
    mailbox::Mailbox,
    secrets_manager::SecretsManager,
    server::{self, Services},
    ses::{self, Feedback, Ses},
    sns::{Published, Sns, Subscription},
    sqs::Sqs,
    stream::Streams,
    template::Template,
};

/// The consumer of the streams that needs no name.
const FIRST_CONSUMER: &str = "";

/// The options of a local AWS. The default is any free port, and memory only.
#[derive(Clone, Debug)]
pub struct Options {
    /// A loopback address: any client that reaches the endpoint may use every key.
    pub listen: SocketAddr,
    /// The folder that keeps tables, keys, mail and the positions in the streams across runs.
    pub data: Option<PathBuf>,
    /// See [`LocalAws::set_transaction_time`].
    pub transaction_time: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: None,
            transaction_time: None,
        }
    }
}

/// Why a local AWS did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{0} is not a loopback address")]
    NotLoopback(SocketAddr),
    #[error("cannot listen on {address}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("cannot use the data folder {}", path.display())]
    Data { path: PathBuf, source: io::Error },
    #[error("cannot open the tables")]
    Tables(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// DynamoDB, EventBridge, KMS, Secrets Manager, SES and SNS behind one loopback port. They stop when this is dropped.
#[derive(Debug)]
pub struct LocalAws {
    address: SocketAddr,
    services: Arc<Services>,
    engine: Engine,
    /// The positions of each consumer of the streams.
    streams: Mutex<BTreeMap<&'static str, Streams>>,
    data: Option<PathBuf>,
    /// The servers stop when these are dropped.
    _running: [oneshot::Sender<()>; 2],
}

impl LocalAws {
    pub async fn start(options: Options) -> Result<Self, StartError> {
        if !options.listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(options.listen));
        }
        let (listener, address) = listen(options.listen).await?;
        let (inner_listener, inner_address) = listen(Options::default().listen).await?;

        let data = options.data.as_deref();
        let in_data = |source| StartError::Data {
            path: data.map(Path::to_owned).unwrap_or_default(),
            source,
        };
        data.map_or(Ok(()), files::create_folder).map_err(in_data)?;
        let engine = Engine::open(data).map_err(StartError::Tables)?;
        let streams = Mutex::new(BTreeMap::from([(
            FIRST_CONSUMER,
            Streams::open(data, FIRST_CONSUMER).map_err(in_data)?,
        )]));
        let services = Arc::new(Services {
            faults: Faults::default(),
            iam: OnceLock::new(),
            dynamodb: Proxy::new(inner_address),
            kms: Kms::open(data).map_err(in_data)?,
            ses: Ses::new(Mailbox::open(data).map_err(in_data)?),
            sns: Sns::default(),
            secrets_manager: SecretsManager::default(),
            logs: Logs::default(),
            event_bridge: EventBridge::default(),
            sqs: Sqs::default(),
        });
        services.dynamodb.transactions.set_duration(options.transaction_time);

        let (stop_engine, engine_stopped) = oneshot::channel();
        let (stop_server, server_stopped) = oneshot::channel();
        tokio::spawn(engine.serve(inner_listener, engine_stopped));
        tokio::spawn(server::serve(listener, Arc::clone(&services), server_stopped));
        Ok(Self {
            address,
            services,
            engine,
            streams,
            data: options.data,
            _running: [stop_server, stop_engine],
        })
    }

    /// The value of `AWS_ENDPOINT_URL`, for all services.
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn faults(&self) -> &Faults {
        &self.services.faults
    }

    /// From now on, every transaction takes this long, and conflicts with other requests for its items meanwhile, as in
    /// AWS, where it takes about 15 ms. With zero, it takes only as long as the engine. With `None`, there are no conflicts.
    pub fn set_transaction_time(&self, duration: Option<Duration>) {
        self.services.dynamodb.transactions.set_duration(duration);
    }

    /// Makes the text the current version of the secret, in memory only.
    pub fn put_secret(&self, arn: &str, text: &str) {
        self.services.secrets_manager.put(arn, text);
    }

    pub fn remove_secret(&self, arn: &str) {
        self.services.secrets_manager.remove(arn);
    }

    /// The mail that SES accepted.
    pub fn mailbox(&self) -> &Mailbox {
        self.services.ses.mailbox()
    }

    /// What SES permits, and has verified.
    pub fn ses_account(&self) -> &ses::Account {
        self.services.ses.account()
    }

    /// The messages that were published to SNS. The newest is last.
    pub fn published(&self) -> Vec<Published> {
        self.services.sns.published()
    }

    /// The events that were published to EventBridge. The newest is last.
    pub fn bus_events(&self) -> Vec<BusEvent> {
        self.services.event_bridge.events()
    }

    /// From now on, EventBridge answers entries whose detail contains the text with the error code, and takes the others
    /// of their call. With `None`, it takes all.
    pub fn fail_bus_events(&self, failing: Option<(&str, &str)>) {
        self.services.event_bridge.fail(failing);
    }

    /// Replaces the subscriptions of a topic. At the start, the function `mail-events` is subscribed to the topic of SES.
    pub fn set_subscriptions(&self, topic: &str, subscriptions: Vec<Subscription>) {
        self.services.sns.set_subscriptions(topic, subscriptions);
    }

    /// Sets the number of messages in a queue, which is empty at the start.
    pub fn set_messages(&self, queue_url: &str, messages: usize) {
        self.services.sqs.set_messages(queue_url, messages);
    }

    /// Makes SES publish an event of a mail in the mailbox; `None` if there is no such mail.
    pub fn publish_feedback(&self, mail: &str, feedback: Feedback) -> Option<Published> {
        let event = feedback.event(&self.mailbox().get(mail)?, ambient::now());
        let subject = Some("Amazon SES Email Event Notification".to_owned());
        let topic = ses::FEEDBACK_TOPIC.to_owned();
        Some(self.services.sns.publish(topic, subject, event.to_string()))
    }

    /// Writes a line into a group of CloudWatch Logs, which keeps the newest ten thousand in memory.
    pub fn write_log(&self, group: &str, at: Timestamp, line: String) {
        self.services.logs.write(group, at.as_millisecond(), line);
    }

    /// Creates the template's table under this name, with its indexes, stream and time to live. An existing table of
    /// that name with the same keys and indexes stays unchanged.
    pub fn create_table(&self, template: &Template, name: &str) -> Result<(), CreateTableError> {
        let key_attributes = self.engine.create_table(template, name)?;
        self.services.dynamodb.transactions.add_table(name, key_attributes);
        Ok(())
    }

    /// Copies a table as it is now, as a restore to the newest time does: without stream, expiry and protection.
    pub fn restore_table(&self, source: &str, target: &str) -> Result<(), CreateTableError> {
        let key_attributes = self.engine.restore_table(source, target)?;
        self.services.dynamodb.transactions.add_table(target, key_attributes);
        self.services.dynamodb.set_recovery(target, false);
        Ok(())
    }

    /// From now on, requests that are signed with the logical id of a function as access key are allowed only what the
    /// template grants that function. All other requests stay allowed.
    pub fn enforce(&self, template: &Template, deployment: Deployment) -> Result<(), EnforceError> {
        let resolved = Resolved::new(template, deployment, |key| self.services.kms.key_arn(key));
        let iam = Iam::new(template, &resolved)?;
        self.services.iam.set(iam).map_err(|_| EnforceError::Twice)
    }

    /// What each function is granted, has used, and was denied; empty while no policies are enforced.
    pub fn permissions(&self) -> BTreeMap<String, Permissions> {
        self.services.iam.get().map(Iam::permissions).unwrap_or_default()
    }

    /// The events that DynamoDB streams would have passed to a Lambda function since the last call, in order and with
    /// at most a hundred records each. With a data folder, the next call acknowledges them; events without
    /// acknowledgement are returned again after a restart, as Lambda retries an unfinished batch (at-least-once
    /// delivery).
    pub async fn stream_events(&self) -> Vec<Value> {
        self.stream_events_for(FIRST_CONSUMER).await
    }

    /// The same for another consumer, such as a second function, whose position is its own. An unreadable file of
    /// positions makes it start with the oldest records.
    pub async fn stream_events_for(&self, consumer: &'static str) -> Vec<Value> {
        let mut streams = self.streams.lock().await;
        let streams = streams.entry(consumer).or_insert_with(|| {
            let opened = Streams::open(self.data.as_deref(), consumer);
            opened.unwrap_or_else(|error| {
                tracing::error!(%error, consumer, "the positions in the DynamoDB streams cannot be read");
                Streams::default()
            })
        });
        streams.drain(self.engine.database())
    }

    /// Deletes expired items, and returns their number. Blocks while it reads all tables.
    pub fn sweep_expired(&self) -> usize {
        self.engine.sweep_expired()
    }
}

/// The listener, and the address that it is bound to.
async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listen = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    listen.await.map_err(|source| StartError::Listen { address, source })
}
