//! The secret settings as a process has them: from its own settings, or from AWS Secrets Manager.
//!
//! A secret is read at its first use, so a process that needs none makes no call, and is kept in memory. It is read again
//! after five minutes, and at the next use after the service that it is for has refused it. Each process reads at most
//! once in thirty seconds, so that a secret that stays refused causes no storm of reads, and once in five seconds while it
//! has none.
//!
//! While Secrets Manager does not answer, a process goes on with what it has read last. When Secrets Manager refuses, or
//! the secret is invalid, nothing is accepted that depends on it.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata as _;
use aws_types::SdkConfig;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::config::{ProxySecrets, SecretOrigin, SecretSettings};
use crate::social::{InvalidProvider, SocialProviders};
use crate::usage::{self, Service};

/// How long a secret is used without a look whether it has changed.
pub const REFRESH_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// Shortest interval between two reads of a process that has the secret settings, also after a read that failed.
pub const READ_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// The same for a process that has none.
const RETRY_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// Gives the secret settings to what needs them.
pub struct Secrets(Origin);

enum Origin {
    Settings(Arc<SecretValues>),
    Manager(Box<Manager>),
}

/// One version of the secret settings.
#[derive(Default)]
pub struct SecretValues {
    pub captcha: Option<String>,
    pub proxies: ProxySecrets,
    pub social: SocialProviders,
    pub(crate) is_captcha_refused: AtomicBool,
}

/// The cause is in the log.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the secret settings are not available")]
pub struct SecretsUnavailable;

struct Manager {
    arn: String,
    /// The base of the callback URLs of social providers.
    public_url: String,
    sdk: SdkConfig,
    /// Built at its first use.
    client: OnceLock<Client>,
    /// Locked during a read, so that concurrent requests cause one read.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    version: Option<String>,
    /// `None` before the first read, and after one that was refused.
    values: Option<Arc<SecretValues>>,
    /// When the values were last known to be current.
    confirmed_at: Option<Timestamp>,
    /// When the last read began.
    read_at: Option<Timestamp>,
}

enum ReadError {
    /// A later read may succeed with nothing changed.
    NoAnswer,
    /// The secret is gone, is invalid or must not be read.
    Refused,
}

impl Secrets {
    pub fn new(origin: &SecretOrigin, public_url: &str, sdk: &SdkConfig) -> Result<Self, InvalidProvider> {
        Ok(Self(match origin {
            SecretOrigin::Settings(settings) => {
                Origin::Settings(Arc::new(SecretValues::new(settings.clone(), public_url)?))
            }
            SecretOrigin::Manager { arn } => Origin::Manager(Box::new(Manager {
                arn: arn.clone(),
                public_url: public_url.to_owned(),
                sdk: sdk.clone(),
                client: OnceLock::new(),
                known: Mutex::default(),
            })),
        }))
    }

    /// The values to use now.
    pub async fn current(&self, now: Timestamp) -> Result<Arc<SecretValues>, SecretsUnavailable> {
        match &self.0 {
            Origin::Settings(values) => Ok(Arc::clone(values)),
            Origin::Manager(manager) => Box::pin(manager.current(now)).await,
        }
    }
}

impl SecretValues {
    fn new(settings: SecretSettings, public_url: &str) -> Result<Self, InvalidProvider> {
        Ok(Self {
            captcha: settings.captcha,
            proxies: settings.proxies,
            social: SocialProviders::new(&settings.social.0, public_url)?,
            is_captcha_refused: AtomicBool::new(false),
        })
    }

    /// The captcha provider does not know the secret, so the next use looks for another one.
    pub fn refuse_captcha(&self) {
        self.is_captcha_refused.store(true, Ordering::Relaxed);
    }

    pub fn is_captcha_refused(&self) -> bool {
        self.is_captcha_refused.load(Ordering::Relaxed)
    }

    fn is_refused(&self) -> bool {
        self.is_captcha_refused() || self.social.is_client_refused()
    }
}

impl Manager {
    async fn current(&self, now: Timestamp) -> Result<Arc<SecretValues>, SecretsUnavailable> {
        let mut known = self.known.lock().await;
        let elapsed = |since: Option<Timestamp>, limit| since.is_none_or(|at| now.duration_since(at) >= limit);
        let is_current = !elapsed(known.confirmed_at, REFRESH_AFTER)
            && known.values.as_ref().is_some_and(|values| !values.is_refused());
        let interval = if known.values.is_some() {
            READ_EVERY
        } else {
            RETRY_EVERY
        };
        if !is_current && elapsed(known.read_at, interval) {
            known.read_at = Some(now);
            self.refresh(&mut known, now).await;
        }
        known.values.clone().ok_or(SecretsUnavailable)
    }

    async fn refresh(&self, known: &mut Known, now: Timestamp) {
        let read = match self.read().await {
            // The same version again keeps what the providers of it have cached.
            Ok((version, _)) if known.version == version && known.values.is_some() => Ok(()),
            Ok((version, text)) => self.values_of(&text).map(|values| {
                known.version = version;
                known.values = Some(Arc::new(values));
            }),
            Err(error) => Err(error),
        };
        match read {
            Ok(()) => known.confirmed_at = Some(now),
            Err(ReadError::NoAnswer) => {}
            Err(ReadError::Refused) => known.values = None,
        }
    }

    /// The id of the current version, and its text.
    async fn read(&self) -> Result<(Option<String>, String), ReadError> {
        let client = self.client.get_or_init(|| Client::new(&self.sdk));
        usage::record_call(Service::SecretsManager);
        let request = client.get_secret_value().secret_id(&self.arn);
        // The future of the call is boxed because it takes 20 kB, which every future that awaits it would contain.
        let answer = Box::pin(request.send()).await.map_err(|error| {
            let failed = match error.as_service_error() {
                Some(refusal) if !is_temporary(refusal.code()) => ReadError::Refused,
                Some(_) | None => ReadError::NoAnswer,
            };
            tracing::error!(aws.code = error.code(), "the secret settings cannot be read");
            failed
        })?;
        let version = answer.version_id().map(str::to_owned);
        let text = answer.secret_string.ok_or_else(|| {
            tracing::error!("the secret of SECRETS_ARN is binary, and must be text");
            ReadError::Refused
        })?;
        Ok((version, text))
    }

    fn values_of(&self, text: &str) -> Result<SecretValues, ReadError> {
        let refused = |error: &dyn fmt::Display| {
            tracing::error!(%error, "the secret of SECRETS_ARN is invalid");
            ReadError::Refused
        };
        let settings = SecretSettings::parse(text).map_err(|error| refused(&error))?;
        SecretValues::new(settings, &self.public_url).map_err(|error| refused(&error))
    }
}

/// Errors of AWS itself. All others say that this process may not have the secret.
fn is_temporary(code: Option<&str>) -> bool {
    const TEMPORARY: [&str; 5] = [
        "InternalServiceError",
        "InternalServiceErrorException",
        "InternalFailure",
        "ServiceUnavailable",
        "ThrottlingException",
    ];
    code.is_none_or(|code| TEMPORARY.contains(&code))
}

impl Default for Secrets {
    fn default() -> Self {
        Self(Origin::Settings(Arc::default()))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl fmt::Debug for SecretValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretValues(…)")
    }
}
