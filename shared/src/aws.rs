//! The AWS clients of a process, built once at start-up. A local run differs from AWS only in the endpoint
//! (`AWS_ENDPOINT_URL`).

use std::sync::Arc;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_types::sdk_config::Builder;

use crate::captcha::{Captcha, InvalidEndpoint};
use crate::config::Config;
use crate::entropy::Entropy;
use crate::event_bus::EventBus;
use crate::mailer::{AccountSuppressionList, Mailer};
use crate::operations::{Core, Services};
use crate::passwords::{Breaches, InvalidBreachEndpoint, InvalidCost, Passwords};
use crate::policies::{InvalidOpaUrl, Opa};
use crate::secrets::Secrets;
use crate::signer::Signer;
use crate::social::InvalidProvider;
use crate::store::Store;

/// The authorities that sign the certificates of AWS endpoints (<https://www.amazontrust.com/repository/>). Reading the
/// root store of the system instead would take half of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("../data/amazon-roots.pem");

/// The configuration for a function, whose region and credentials are in its environment. The default provider chain,
/// which searches other sources too, would take a quarter of a cold start.
pub fn on_lambda() -> SdkConfig {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let mut config = base(https())
        .region(variable("AWS_REGION").map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(
            EnvironmentVariableCredentialsProvider::new(),
        ));
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL"));
    config.build()
}

/// The configuration for the operator's command: region and credentials come from the same sources as those of the AWS
/// CLI.
pub async fn on_workstation() -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(https())
        .timeout_config(timeouts())
        .retry_config(retries())
        .load()
        .await
}

fn https() -> SharedHttpClient {
    let trust = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .expect("the embedded certificates parse");
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https()
}

fn base(http: SharedHttpClient) -> Builder {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts())
        .retry_config(retries())
}

/// The configuration for a local AWS on a loopback port: the same retries and timeouts, fixed credentials, no TLS.
pub fn loopback(endpoint_url: &str) -> SdkConfig {
    loopback_as("local", endpoint_url)
}

/// The same with a given access key, by which the local AWS identifies a function.
pub fn loopback_as(access_key_id: &str, endpoint_url: &str) -> SdkConfig {
    let credentials = Credentials::new(access_key_id, "local", None, None, "loopback");
    base(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint_url)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

/// Why clients cannot be built from a configuration that parses.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfig {
    #[error(transparent)]
    Argon2(#[from] InvalidCost),
    #[error(transparent)]
    Captcha(#[from] InvalidEndpoint),
    #[error(transparent)]
    Breaches(#[from] InvalidBreachEndpoint),
    #[error(transparent)]
    Social(#[from] InvalidProvider),
    #[error(transparent)]
    Opa(#[from] InvalidOpaUrl),
}

/// The core with these clients.
pub fn core(config: &Config, sdk: &SdkConfig, entropy: Arc<dyn Entropy>) -> Result<Core, InvalidConfig> {
    let kms = sdk.clone();
    Ok(Core::new(
        Store::new(aws_sdk_dynamodb::Client::new(sdk), config.table_name.clone())
            .with_sessions_since(config.sessions_since)
            .with_events(config.events),
        // Built at its first use, because most requests sign nothing.
        Signer::new(move || aws_sdk_kms::Client::new(&kms), config.signer.clone()),
        Passwords::new(config.argon2, config.password_hash_queue)?,
        Services {
            breaches: config.breaches.as_ref().map(Breaches::new).transpose()?,
            captcha: config.captcha.clone().map(Captcha::new).transpose()?,
            account_suppression: config
                .account_suppression
                .then(|| AccountSuppressionList::new(aws_sdk_sesv2::Client::new(sdk))),
            secrets: Secrets::new(&config.secrets, &config.settings.public_url, sdk)?,
            opa: config.opa_url.as_deref().map(Opa::new).transpose()?,
        },
        entropy,
        config.settings.clone(),
    ))
}

/// The mailer, which only the function that sends mail has.
pub fn mailer(config: &Config, sdk: &SdkConfig) -> Mailer {
    Mailer::new(aws_sdk_sesv2::Client::new(sdk), config.mailer.clone())
}

/// The event bus, which has the name of the stack. Only the function that publishes events has it, and the operator.
pub fn event_bus(config: &Config, sdk: &SdkConfig) -> EventBus {
    EventBus::new(aws_sdk_eventbridge::Client::new(sdk), config.signer.stack.clone())
}

/// All attempts of one call together stay well below the 30 s of API Gateway, even when a request makes several calls.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_millis(1500))
        .operation_timeout(Duration::from_secs(4))
        .build()
}

/// Three attempts in quick succession: after that, the client should get an error, because it has a deadline too.
fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
}
