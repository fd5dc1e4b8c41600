//! The connection to the table and the keys of a deployment: its settings, and credentials from the same sources as the
//! AWS CLI.

use std::env;
use std::path::Path;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_credential_types::provider::ProvideCredentials as _;
use aws_credential_types::provider::error::CredentialsError;
use shared::aws::{self, InvalidConfig};
use shared::clock::{Clock as _, SystemClock};
use shared::config::{Config, InvalidSetting, Override};
use shared::entropy::OsEntropy;
use shared::operations::{Core, EventBus};
use url::{Host, Url};

use crate::doctor::{Around, Deployment};
use crate::trail::{self, ShownTrail, Trail};
use crate::transfer::{self, Import};
use crate::{Actor, Failure, Report, Task, audit, run};

/// The deployment to connect to.
#[derive(Debug, Default, clap::Args)]
pub struct Connection {
    /// A setting of the deployment, as in docs/configuration.md; may be repeated. The others are read from the
    /// environment
    #[arg(long = "config", value_name = "KEY=VALUE", global = true)]
    pub overrides: Vec<Override>,
    /// Endpoint in place of AWS, as a local service prints it [default: `AWS_ENDPOINT_URL`]
    #[arg(long, value_name = "URL", global = true)]
    pub endpoint: Option<String>,
}

/// An open connection to a deployment.
#[derive(Debug)]
pub struct Connected {
    core: Core,
    bus: EventBus,
    config: Config,
    sdk: SdkConfig,
    /// The log group of the audit trail.
    log_group: String,
    actor: Actor,
    place: String,
}

#[derive(Debug, thiserror::Error)]
pub enum NoConnection {
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    #[error(transparent)]
    Config(#[from] InvalidConfig),
    #[error("{0} is no endpoint: it must be https, or http on this machine")]
    Endpoint(String),
    #[error("which region? Set AWS_REGION, or a profile that has one")]
    NoRegion,
    #[error("there are no credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID, or give --endpoint for a local service")]
    NoCredentials(#[source] CredentialsError),
}

impl NoConnection {
    /// Whether an argument or a setting is invalid, so that a retry cannot succeed.
    pub fn is_misuse(&self) -> bool {
        match self {
            Self::Setting(_) | Self::Config(_) | Self::Endpoint(_) | Self::NoRegion => true,
            Self::NoCredentials(_) => false,
        }
    }
}

impl Connection {
    pub async fn open(&self) -> Result<Connected, NoConnection> {
        let config = Config::read(&|name| self.setting(name))?;
        let sdk = match self.endpoint()? {
            Some(endpoint) if is_here(&endpoint) && !has_credentials() => aws::loopback(endpoint.as_str()),
            Some(endpoint) => {
                let sdk = aws::on_workstation().await.into_builder();
                sdk.endpoint_url(endpoint).build()
            }
            None => aws::on_workstation().await,
        };
        let region = sdk.region().ok_or(NoConnection::NoRegion)?;
        let place = format!("the table {} in {region}", config.table_name);
        Ok(Connected {
            actor: actor(&sdk).await?,
            core: aws::core(&config, &sdk, Arc::new(OsEntropy))?,
            bus: aws::event_bus(&config, &sdk),
            log_group: shared::audit::log_group(&config.signer.stack),
            config,
            sdk,
            place,
        })
    }

    /// Of two settings of one key the later one wins.
    fn setting(&self, name: &str) -> Option<String> {
        let given = self.overrides.iter().rev().find(|setting| setting.key == name);
        given
            .map(|setting| setting.value.clone())
            .or_else(|| env::var(name).ok())
    }

    fn endpoint(&self) -> Result<Option<Url>, NoConnection> {
        let given = self.endpoint.clone().or_else(|| env::var("AWS_ENDPOINT_URL").ok());
        let Some(text) = given.filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match Url::parse(&text) {
            // Over plain HTTP, a request would disclose the hash of a password.
            Ok(url) if url.scheme() == "https" || url.scheme() == "http" && is_here(&url) => Ok(Some(url)),
            _ => Err(NoConnection::Endpoint(text)),
        }
    }
}

impl Connected {
    pub async fn run(&self, task: Task) -> Result<Report, Failure> {
        run(&self.core, &self.bus, task, &self.actor, SystemClock.now()).await
    }

    pub async fn import(&self, import: &Import) -> Result<Report, Failure> {
        let now = SystemClock.now();
        let work = async {
            // One record for each user would hide all others.
            let summary = shared::audit::silently(transfer::import(&self.core, import, now)).await;
            audit::record(&self.actor, "import", None, summary.as_ref().err());
            summary
        };
        Ok(Report::Import(Box::pin(self.actor.act(now, work)).await?))
    }

    pub async fn export(&self, file: &Path) -> Result<Report, Failure> {
        let now = SystemClock.now();
        let work = async {
            let summary = transfer::export(&self.core, file).await;
            audit::record(&self.actor, "export", None, summary.as_ref().err());
            summary
        };
        Ok(Report::Export(Box::pin(self.actor.act(now, work)).await?))
    }

    pub async fn examine(&self, around: &Around) -> Result<Report, Failure> {
        let now = SystemClock.now();
        let deployment = Deployment {
            core: &self.core,
            config: &self.config,
            sdk: &self.sdk,
            around,
        };
        let work = async {
            let diagnosis = deployment.examine(now).await;
            audit::record(&self.actor, "doctor", None, None);
            diagnosis
        };
        Ok(Report::Doctor(Box::pin(self.actor.act(now, work)).await))
    }

    /// Reading the trail is recorded, too.
    pub async fn audit(&self, trail: &Trail) -> Result<Report, Failure> {
        let now = SystemClock.now();
        let work = async {
            let records = trail::read(&self.core, &self.sdk, &self.log_group, trail, now).await;
            let user = records.as_ref().ok().map(ShownTrail::user);
            audit::record(&self.actor, "audit", user, records.as_ref().err());
            records
        };
        Ok(Report::Audit(Box::pin(self.actor.act(now, work)).await?))
    }

    /// The table as text.
    pub fn place(&self) -> &str {
        &self.place
    }
}

/// Checked before the first call, so that the error names what is missing.
async fn actor(sdk: &SdkConfig) -> Result<Actor, NoConnection> {
    let none = || NoConnection::NoCredentials(CredentialsError::not_loaded_no_source());
    let provider = sdk.credentials_provider().ok_or_else(none)?;
    let credentials = provider.provide_credentials().await;
    let credentials = credentials.map_err(NoConnection::NoCredentials)?;
    Ok(Actor::AccessKey(credentials.access_key_id().to_owned()))
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A local endpoint accepts any credentials, so none are required; an emulator may distinguish them.
fn has_credentials() -> bool {
    env::var_os("AWS_ACCESS_KEY_ID").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(endpoint: &str) -> Connection {
        Connection {
            endpoint: Some(endpoint.to_owned()),
            ..Connection::default()
        }
    }

    #[test]
    fn credentials_are_not_sent_over_plain_http() {
        for endpoint in [
            "http://dynamodb.example.com",
            "http://192.0.2.1:8000",
            "ftp://localhost",
            "localhost:8000",
        ] {
            assert!(connection(endpoint).endpoint().is_err(), "{endpoint}");
        }
        for endpoint in [
            "https://dynamodb.example.com",
            "http://127.0.0.1:8000",
            "http://[::1]:1",
            "http://localhost:2",
        ] {
            assert!(connection(endpoint).endpoint().expect(endpoint).is_some());
        }
    }

    #[test]
    fn of_two_settings_of_one_key_the_later_wins() {
        let overrides = ["TABLE_NAME=a", "RATE_LIMITS=off", "TABLE_NAME=b"];
        let connection = Connection {
            overrides: overrides.map(|setting| setting.parse().expect("a setting")).into(),
            endpoint: None,
        };
        assert_eq!(connection.setting("TABLE_NAME").as_deref(), Some("b"));
        assert_eq!(connection.setting("SIGNING_MODE"), None);
    }
}
