//! The provider's response and its meaning. The three providers share the form of the response, but not every member.

use serde::Deserialize;

use super::{CaptchaProvider, CaptchaRefused, CaptchaSettings};

/// A lower score of reCAPTCHA v3 means a bot. This is the threshold that its documentation suggests to start with.
const MIN_SCORE: f64 = 0.5;

#[derive(Debug, Deserialize)]
pub(super) struct Verdict {
    success: bool,
    /// Where the captcha was solved.
    hostname: Option<String>,
    /// The score of reCAPTCHA v3, where 1.0 is a person. The scores of other providers have the opposite direction and
    /// are not used.
    score: Option<f64>,
    #[serde(rename = "error-codes")]
    error_codes: Option<Vec<String>>,
}

impl Verdict {
    pub fn judge(&self, settings: &CaptchaSettings) -> Result<(), CaptchaRefused> {
        if let Some(code) = self.fault() {
            tracing::error!(captcha.provider = %settings.provider, error.code = code, "no captcha verdict");
            return Err(CaptchaRefused::Unavailable);
        }
        let score_suffices =
            settings.provider != CaptchaProvider::Recaptcha || self.score.is_none_or(|score| score >= MIN_SCORE);
        if self.success && score_suffices && self.is_from(settings.hostname.as_deref()) {
            Ok(())
        } else {
            Err(CaptchaRefused::Rejected)
        }
    }

    /// Whether the provider does not know the secret.
    pub fn is_secret_refused(&self) -> bool {
        let codes = self.error_codes.as_deref().unwrap_or_default();
        codes.iter().any(|code| code == "invalid-input-secret")
    }

    /// The code of an error in our configuration or at the provider, which the user did not cause.
    fn fault(&self) -> Option<&str> {
        let codes = self.error_codes.as_deref().unwrap_or_default();
        codes.iter().map(String::as_str).find(|code| {
            matches!(
                *code,
                "missing-input-secret" | "invalid-input-secret" | "sitekey-secret-mismatch" | "internal-error"
            )
        })
    }

    fn is_from(&self, expected: Option<&str>) -> bool {
        expected.is_none_or(|expected| {
            self.hostname
                .as_deref()
                .is_some_and(|name| name.eq_ignore_ascii_case(expected))
        })
    }
}
