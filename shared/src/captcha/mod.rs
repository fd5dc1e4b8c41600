//! Captchas: verifies with the provider that a person on a page of the service solved the captcha.
//!
//! Anything but a success is a refusal, also when the provider is unavailable. The callers decide which operations need
//! a captcha. Tokens and secrets are never logged.

mod endpoint;
#[cfg(test)]
mod tests;
mod verdict;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{Request, Uri, header};
use url::form_urlencoded;

pub use self::endpoint::InvalidEndpoint;
use self::verdict::Verdict;
use crate::domain::text::text_enum;
use crate::outbound::{Outbound, OutboundError};
use crate::secrets::SecretValues;

/// A user waits for the verdict in front of a form.
const TIMEOUT: Duration = Duration::from_secs(3);

/// A response has a few hundred bytes.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptchaProvider {
    Recaptcha,
    Hcaptcha,
    Turnstile,
}

text_enum!(CaptchaProvider { Recaptcha => "recaptcha", Hcaptcha => "hcaptcha", Turnstile => "turnstile" });

#[derive(Debug, Clone)]
pub struct CaptchaSettings {
    pub provider: CaptchaProvider,
    /// The URL in place of the provider's own: `https`, or `http` on a loopback address.
    pub endpoint: Option<String>,
    /// The host on which the captcha must have been solved. `None` leaves the check to the provider's list of domains.
    pub hostname: Option<String>,
}

/// Verifies the captcha tokens of one site.
pub struct Captcha {
    settings: CaptchaSettings,
    endpoint: Uri,
    outbound: Outbound,
}

/// Whether an operation verifies a captcha before it does anything else. Each operation at which a bot would guess,
/// sign up or have mail sent takes one, so that no contract can forget to decide.
#[derive(Clone, PartialEq, Eq)]
pub enum CaptchaCheck {
    NotRequired,
    Required {
        /// The response that the client has presented.
        response: Option<String>,
    },
}

/// Why a request is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum CaptchaRefused {
    #[error("the client has presented no response to a captcha")]
    Missing,
    #[error("the captcha was not solved, or on another site, or its token was used before")]
    Rejected,
    /// The cause is in the log.
    #[error("the captcha provider sent no usable response")]
    Unavailable,
}

impl Captcha {
    pub fn new(settings: CaptchaSettings) -> Result<Self, InvalidEndpoint> {
        let endpoint = endpoint::resolve(settings.provider, settings.endpoint.as_deref())?;
        Ok(Self {
            settings,
            endpoint,
            outbound: Outbound::new(TIMEOUT, MAX_RESPONSE_BYTES),
        })
    }

    /// `remote_ip` is the address of the client; empty if unknown. A token can be verified once. If the provider does not
    /// know the secret, that is noted in `secrets`.
    pub async fn verify(&self, secrets: &SecretValues, token: &str, remote_ip: &str) -> Result<(), CaptchaRefused> {
        if token.is_empty() {
            return Err(CaptchaRefused::Rejected);
        }
        let secret = secrets.captcha.as_deref().ok_or_else(|| {
            tracing::error!(captcha.provider = %self.settings.provider, "the secret settings have no CAPTCHA_SECRET");
            CaptchaRefused::Unavailable
        })?;
        let verdict = self.request_verdict(secret, token, remote_ip).await.map_err(|error| {
            let cause = error.source().map(ToString::to_string);
            tracing::error!(
                captcha.provider = %self.settings.provider,
                %error,
                error.cause = cause,
                "no captcha verdict"
            );
            CaptchaRefused::Unavailable
        })?;
        if verdict.is_secret_refused() {
            secrets.refuse_captcha();
        }
        verdict.judge(&self.settings)
    }

    async fn request_verdict(&self, secret: &str, token: &str, remote_ip: &str) -> Result<Verdict, OutboundError> {
        let request = Request::post(&self.endpoint)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(form(secret, token, remote_ip).into_bytes())?;
        self.outbound.json(request).await
    }
}

/// The parameters that all three providers support.
fn form(secret: &str, token: &str, remote_ip: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("secret", secret).append_pair("response", token);
    if !remote_ip.is_empty() {
        form.append_pair("remoteip", remote_ip);
    }
    form.finish()
}

impl fmt::Debug for CaptchaCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotRequired => "NotRequired",
            Self::Required { response: None } => "Required, and missing",
            Self::Required { response: Some(_) } => "Required(…)",
        })
    }
}

impl fmt::Debug for Captcha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Captcha").field(&self.settings).finish()
    }
}
