//! The AWS clients of a process, built once at start-up. What differs between AWS and a local run is the endpoint at the other
//! end (`AWS_ENDPOINT_URL`), and nothing here.

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use crate::captcha::{Captcha, InvalidEndpoint};
use crate::config::Config;
use crate::entropy::Entropy;
use crate::mailer::{AccountSuppressionList, Mailer};
use crate::operations::Core;
use crate::passwords::{InvalidCost, Passwords};
use crate::signer::Signer;
use crate::store::Store;

/// The authorities that sign the certificates of AWS endpoints (<https://www.amazontrust.com/repository/>). Reading the machine's
/// whole store instead would take half of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("../data/amazon-roots.pem");

/// Credentials and region from the environment, timeouts and retries that fit a Lambda request.
pub async fn load() -> SdkConfig {
    let trust = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .expect("the embedded certificates parse");
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts())
        .retry_config(retries())
        .load()
        .await
}

/// For a process that brings its own AWS along, on a loopback port: the same retries and timeouts, made-up credentials, no TLS.
pub fn loopback(endpoint_url: &str) -> SdkConfig {
    let credentials = Credentials::new("local", "local", None, None, "loopback");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint_url)
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts())
        .retry_config(retries())
        .build()
}

/// Why a configuration that parses cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfig {
    #[error(transparent)]
    Argon2(#[from] InvalidCost),
    #[error(transparent)]
    Captcha(#[from] InvalidEndpoint),
}

/// The core over these clients.
pub fn core(config: &Config, sdk: &SdkConfig, entropy: Arc<dyn Entropy>) -> Result<Core, InvalidConfig> {
    Ok(Core::new(
        Store::new(aws_sdk_dynamodb::Client::new(sdk), config.table_name.clone()),
        Signer::new(aws_sdk_kms::Client::new(sdk), config.signer.clone()),
        Passwords::new(config.argon2)?,
        config.captcha.clone().map(Captcha::new).transpose()?,
        config
            .account_suppression
            .then(|| AccountSuppressionList::new(aws_sdk_sesv2::Client::new(sdk))),
        entropy,
        config.settings.clone(),
    ))
}

/// Only the function that sends mail has one.
pub fn mailer(config: &Config, sdk: &SdkConfig) -> Mailer {
    Mailer::new(aws_sdk_sesv2::Client::new(sdk), config.mailer.clone())
}

/// All tries of one call together stay well below API Gateway's 30 s, even when a request makes several calls.
fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_millis(1500))
        .operation_timeout(Duration::from_secs(4))
        .build()
}

/// Three quick tries: what fails longer than that is better told to the caller, who has a deadline too.
fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(50))
}
