//! What a page depends on beside its content: the reader's language, the look of the deployment, and the request.

use std::convert::Infallible;
use std::fmt;

use axum::extract::FromRequestParts;
use http::header::ACCEPT_LANGUAGE;
use http::request::Parts;

use crate::domain::{EmailAddress, LogoUrl};
use crate::http::AppState;
use crate::http::meta::request_id;
use crate::languages::Language;

#[derive(Clone)]
pub struct View {
    app: AppState,
    language: Language,
    request_id: Option<String>,
}

impl FromRequestParts<AppState> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, app))
    }
}

impl View {
    pub fn of(parts: &Parts, app: &AppState) -> Self {
        let accepted = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let default = app.core.configuration().default_language;
        Self {
            app: app.clone(),
            language: Language::negotiate(None, accepted, default),
            request_id: request_id(&parts.extensions),
        }
    }

    /// The language that a user has chosen takes precedence over the browser's.
    #[must_use]
    pub fn for_user(mut self, language: Option<Language>) -> Self {
        self.language = language.unwrap_or(self.language);
        self
    }

    pub fn app(&self) -> &AppState {
        &self.app
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    pub(super) fn service_name(&self) -> &str {
        &self.app.config.brand.name
    }

    pub(super) fn logo(&self) -> Option<&LogoUrl> {
        self.app.config.brand.logo.as_ref()
    }

    pub(super) fn support(&self) -> Option<&str> {
        self.app.config.brand.support_email.as_ref().map(EmailAddress::as_str)
    }

    pub(super) fn application(&self) -> Option<&str> {
        self.app.config.application.start.as_ref().map(url::Url::as_str)
    }

    pub(super) fn trusted_sources(&self) -> impl Iterator<Item = String> {
        self.app.config.settings.trusted_origins.sources()
    }

    /// The style of the pages, with the colours of the deployment.
    pub(super) fn style(&self, common: &str) -> String {
        let accent = self.app.config.brand.accent;
        format!(
            "{common}:root {{ --accent: {accent}; --on-accent: {}; }}\n",
            accent.text()
        )
    }
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}
