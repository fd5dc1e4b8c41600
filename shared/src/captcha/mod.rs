//! Captchas: asks the provider whether a token was earned by a person on our pages.
//!
//! Whatever is not a clear yes is a no, also when the provider does not answer. Which operations ask for a captcha is decided
//! by their callers. Tokens and secrets are never logged.

mod endpoint;
#[cfg(test)]
mod tests;
mod verdict;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{Method, Request, Uri, header};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;
use url::form_urlencoded;

pub use self::endpoint::InvalidEndpoint;
use self::verdict::Verdict;
use crate::domain::text::text_enum;
use crate::outbound::{HttpsClient, client};

/// The whole exchange: somebody waits for it in front of a form.
const PATIENCE: Duration = Duration::from_secs(3);

/// Answers have a few hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptchaProvider {
    Recaptcha,
    Hcaptcha,
    Turnstile,
}

text_enum!(CaptchaProvider { Recaptcha => "recaptcha", Hcaptcha => "hcaptcha", Turnstile => "turnstile" });

#[derive(Clone)]
pub struct CaptchaSettings {
    pub provider: CaptchaProvider,
    pub secret: String,
    /// Instead of the provider's own: `https`, or `http` on a loopback address.
    pub endpoint: Option<String>,
    /// Where the captcha must have been solved. `None` leaves that to the list of domains at the provider.
    pub hostname: Option<String>,
}

/// Verifies the captcha tokens of one site.
pub struct Captcha {
    settings: CaptchaSettings,
    endpoint: Uri,
    client: HttpsClient,
}

/// Why a request does not go on.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum CaptchaRefused {
    #[error("the captcha was not solved, or not here, or its token was used before")]
    Rejected,
    /// The cause is in the log.
    #[error("the captcha provider gave no usable answer")]
    Unavailable,
}

/// Why there was no answer, for the log.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the request cannot be written")]
    Request(#[from] http::Error),
    #[error("the exchange failed")]
    Exchange(#[from] hyper_util::client::legacy::Error),
    #[error("status {0}")]
    Status(http::StatusCode),
    #[error("the answer is too long or broke off")]
    Body(#[source] Box<dyn Error + Send + Sync>),
    #[error("the answer is not of the documented form")]
    Json(#[from] serde_json::Error),
    #[error("no answer in time")]
    Time(#[from] tokio::time::error::Elapsed),
}

impl Captcha {
    pub fn new(settings: CaptchaSettings) -> Result<Self, InvalidEndpoint> {
        let endpoint = endpoint::resolve(settings.provider, settings.endpoint.as_deref())?;
        Ok(Self {
            settings,
            endpoint,
            client: client(),
        })
    }

    /// `remote_ip` is where the person seems to be; empty when unknown. A token can be verified once.
    pub async fn verify(&self, token: &str, remote_ip: &str) -> Result<(), CaptchaRefused> {
        if token.is_empty() {
            return Err(CaptchaRefused::Rejected);
        }
        let answer = timeout(PATIENCE, self.ask(token, remote_ip))
            .await
            .unwrap_or_else(|elapsed| Err(elapsed.into()));
        let verdict = answer.map_err(|failure| {
            let cause = failure.source().map(ToString::to_string);
            tracing::error!(
                captcha.provider = %self.settings.provider,
                error = %failure,
                error.cause = cause,
                "no captcha verdict"
            );
            CaptchaRefused::Unavailable
        })?;
        verdict.judge(&self.settings)
    }

    async fn ask(&self, token: &str, remote_ip: &str) -> Result<Verdict, Failure> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.endpoint)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(self.form(token, remote_ip))?;
        // Redirects are answers like any other here, and not followed: they would carry the secret elsewhere.
        let answer = self.client.request(request).await?;
        if !answer.status().is_success() {
            return Err(Failure::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), LONGEST_ANSWER)
            .collect()
            .await
            .map_err(Failure::Body)?;
        Ok(serde_json::from_slice(&body.to_bytes())?)
    }

    /// The parameters that all three providers know.
    fn form(&self, token: &str, remote_ip: &str) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("secret", &self.settings.secret)
            .append_pair("response", token);
        if !remote_ip.is_empty() {
            form.append_pair("remoteip", remote_ip);
        }
        form.finish()
    }
}

impl fmt::Debug for CaptchaSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CaptchaSettings")
            .field("provider", &self.provider)
            .field("endpoint", &self.endpoint)
            .field("hostname", &self.hostname)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Captcha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Captcha").field(&self.settings).finish()
    }
}
