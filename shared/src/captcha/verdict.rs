//! The provider's answer, and what it means. The three providers agree on its form, not on every member.

use serde::Deserialize;

use super::{CaptchaProvider, CaptchaRefused, CaptchaSettings};

/// Below it reCAPTCHA v3 takes the visitor for a program; the threshold that its documentation suggests to start with.
const LOWEST_SCORE: f64 = 0.5;

#[derive(Debug, Deserialize)]
pub(super) struct Verdict {
    success: bool,
    /// Where the captcha was solved.
    hostname: Option<String>,
    /// Of reCAPTCHA v3, where 1.0 is a person. Other providers count the other way, and decide by themselves.
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
            settings.provider != CaptchaProvider::Recaptcha || self.score.is_none_or(|score| score >= LOWEST_SCORE);
        if self.success && score_suffices && self.is_from(settings.hostname.as_deref()) {
            Ok(())
        } else {
            Err(CaptchaRefused::Rejected)
        }
    }

    /// The code of a failure that is not the visitor's: our configuration, or the provider.
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
