//! The endpoint that verifies tokens.

use http::Uri;
use url::Url;

use super::CaptchaProvider;
use crate::outbound::is_confidential;

/// A configured endpoint to which the secret must not be sent.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the captcha endpoint is neither an https URL nor an http URL on a loopback address")]
pub struct InvalidEndpoint;

pub(super) fn resolve(provider: CaptchaProvider, configured: Option<&str>) -> Result<Uri, InvalidEndpoint> {
    let url = Url::parse(configured.unwrap_or(own(provider))).map_err(|_| InvalidEndpoint)?;
    if is_confidential(&url) {
        url.as_str().parse().map_err(|_| InvalidEndpoint)
    } else {
        Err(InvalidEndpoint)
    }
}

fn own(provider: CaptchaProvider) -> &'static str {
    match provider {
        CaptchaProvider::Recaptcha => "https://www.google.com/recaptcha/api/siteverify",
        CaptchaProvider::Hcaptcha => "https://api.hcaptcha.com/siteverify",
        CaptchaProvider::Turnstile => "https://challenges.cloudflare.com/turnstile/v0/siteverify",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_provider_has_an_endpoint() {
        for provider in [
            CaptchaProvider::Recaptcha,
            CaptchaProvider::Hcaptcha,
            CaptchaProvider::Turnstile,
        ] {
            assert_eq!(resolve(provider, None).unwrap().scheme_str(), Some("https"));
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let resolve = |url| resolve(CaptchaProvider::Turnstile, Some(url));
        for good in [
            "https://captcha.example/verify",
            "http://127.0.0.1:8080/verify",
            "http://[::1]:8080/",
        ] {
            assert!(resolve(good).is_ok(), "{good}");
        }
        for bad in [
            "http://captcha.example/verify",
            "http://localhost:8080/",
            "http://127.0.0.1.example/",
            "http://127.0.0.1@captcha.example/",
            "http://10.0.0.1/",
            "http://[::ffff:7f00:1]/",
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "captcha.example",
            "",
        ] {
            assert_eq!(resolve(bad), Err(InvalidEndpoint), "{bad}");
        }
    }
}
