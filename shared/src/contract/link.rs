//! Links in mails: the parameters of their pages, and the responses. `pages` renders the pages.
//!
//! Opening a link changes nothing; a person who submits the form of its page does. Such a form is sent with
//! `Origin: null`, because the pages send no referrer, so the token in it authorizes the action.

use std::collections::HashMap;
use std::fmt;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use url::{Url, form_urlencoded};

use super::better_auth::Failure;
use super::reading::{MAX_BODY, is_encoded};
use crate::config::Config;
use crate::domain;
use crate::domain::password::WeakPassword;
use crate::http::AppState;
use crate::http::pages::{Alternative, Page};

/// The parameters of a link: from the query if it is opened, from the body if its form is submitted.
pub struct Link {
    pub token: String,
    /// The URL that the browser is redirected to in the end. A URL of an untrusted origin counts as absent.
    pub callback: Option<domain::Redirect>,
    fields: HashMap<String, String>,
}

/// The text of a page that asks for a confirmation.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub title: &'a str,
    pub message: &'a str,
    pub button: &'a str,
    pub is_irreversible: bool,
    /// A second button, for a person to whom the question does not apply.
    pub alternative: Option<Alternative<'a>>,
}

impl FromRequest<AppState> for Link {
    type Rejection = Response;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Response> {
        if is_encoded(request.headers()) {
            let mut page = broken();
            *page.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(page);
        }
        let mut fields = fields(request).await.ok_or_else(broken)?;
        let token = fields.remove("token").filter(|token| !token.is_empty());
        let callback = fields.remove("callbackURL");
        let origins = &app.config.settings.trusted_origins;
        Ok(Self {
            token: token.ok_or_else(broken)?,
            callback: callback.and_then(|target| origins.redirect(&target).ok()),
            fields,
        })
    }
}

impl Link {
    /// A further field of the form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// The page that posts the link's own fields to `page`.
    pub fn ask(&self, page: &str, question: &Question<'_>, config: &Config) -> Response {
        let mut fields = vec![("token", self.token.as_str())];
        fields.extend(self.callback.as_ref().map(|target| ("callbackURL", target.as_str())));
        let Question {
            title,
            message,
            button,
            is_irreversible,
            alternative,
        } = *question;
        let page = Page::Confirm {
            title,
            message,
            action: &path(page, config),
            button,
            fields: &fields,
            is_irreversible,
            alternative,
        };
        page.respond(config.settings.trusted_origins.sources())
    }

    /// The response to a success: a redirect to the callback, or the page.
    pub fn done(&self, page: Page<'_>) -> Response {
        match &self.callback {
            Some(target) => redirect(target.as_str()),
            None => page.into_response(),
        }
    }

    /// The response to a failure: a redirect to the callback, with the code as `error`. A transient failure is shown on
    /// a page, where the form can be submitted again.
    pub fn failed(&self, title: &str, failure: Failure) -> Response {
        if is_transient(&failure) {
            return later(Page::Failed { title, message: LATER }.into_response(), failure);
        }
        if let Some(target) = &self.callback {
            return redirect(&target.with_parameter("error", failure.code()));
        }
        let message = explained(&failure);
        Page::Failed { title, message }.into_response()
    }
}

/// A page on which a person chooses a password.
#[derive(Debug, Clone, Copy)]
pub struct PasswordForm {
    /// The page's name in its path.
    pub page: &'static str,
    pub title: &'static str,
    /// The rule for new passwords, beside their length.
    pub rule: Option<&'static str>,
    /// In characters.
    pub min_length: usize,
    /// The title of the page that says that the password was not set.
    pub failed: &'static str,
}

impl PasswordForm {
    /// The page depends on the link only, and reads nothing.
    pub fn ask(&self, link: &Link, config: &Config) -> Response {
        self.show(link, None, config)
    }

    pub fn refuse(&self, link: &Link, weak: WeakPassword, config: &Config) -> Response {
        self.show(link, Some(&explained_weakness(weak)), config)
    }

    /// After a transient failure, the user can submit the password again from this page.
    pub fn fail(&self, link: &Link, failure: Failure, config: &Config) -> Response {
        if is_transient(&failure) {
            later(self.show(link, Some(LATER), config), failure)
        } else {
            link.failed(self.failed, failure)
        }
    }

    fn show(&self, link: &Link, error: Option<&str>, config: &Config) -> Response {
        let page = Page::NewPassword {
            title: self.title,
            action: &path(self.page, config),
            token: &link.token,
            rule: self.rule,
            min_length: self.min_length,
            error,
        };
        page.into_response()
    }
}

/// The page after the change of a password by a link.
pub fn password_changed() -> Page<'static> {
    Page::Done {
        title: "Your password is changed",
        message: "You have been signed out everywhere. Sign in with the new password.",
    }
}

/// Hides the token from logs.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

pub const LATER: &str = "The service is busy. Please try again in a moment.";

/// Whether the same request may succeed later.
pub fn is_transient(failure: &Failure) -> bool {
    failure.status() == StatusCode::TOO_MANY_REQUESTS || failure.status().is_server_error()
}

/// The page, with the status and the `Retry-After` of the failure.
pub fn later(mut page: Response, failure: Failure) -> Response {
    let failed = failure.into_response();
    *page.status_mut() = failed.status();
    if let Some(seconds) = failed.headers().get(RETRY_AFTER) {
        page.headers_mut().insert(RETRY_AFTER, seconds.clone());
    }
    page
}

/// A redirect after a form was submitted. Its target may have a token, and so may the URL of the page that was left.
pub fn redirect(target: &str) -> Response {
    ([(REFERRER_POLICY, "no-referrer")], Redirect::to(target)).into_response()
}

/// The path of a page for browsers, since the public URL may have a path.
pub fn path(page: &str, config: &Config) -> String {
    let public = Url::parse(&config.settings.public_url);
    let base = public.as_ref().map_or("", |url| url.path().trim_end_matches('/'));
    format!("{base}/link/{page}")
}

/// The message of a failure for a person who knows neither tokens nor codes.
fn explained(failure: &Failure) -> &str {
    match failure.code() {
        "INVALID_TOKEN" | "TOKEN_EXPIRED" => "The link was used already, or it has expired. Ask for a new one.",
        "INVALID_USER" => "Somebody else is signed in here. Sign out, and open the link again.",
        _ => failure.message(),
    }
}

/// The message for a user whose new password is refused.
pub fn explained_weakness(weak: WeakPassword) -> String {
    match weak {
        WeakPassword::TooShort { min } => format!("The password must have at least {min} characters."),
        WeakPassword::TooLong { max } => format!("The password must have at most {max} characters."),
        WeakPassword::FewClasses => {
            "The password needs upper and lower case letters, digits and special characters.".to_owned()
        }
        WeakPassword::Common => "This is one of the most common passwords. Choose another.".to_owned(),
        WeakPassword::Guessable => "This password is easy to guess. Choose another.".to_owned(),
        WeakPassword::Breached => "This password was published in a data breach. Choose another.".to_owned(),
    }
}

fn broken() -> Response {
    let page = Page::Failed {
        title: "This link is not complete",
        message: "Open it again from the mail, or copy all of it.",
    };
    page.into_response()
}

async fn fields(request: Request) -> Option<HashMap<String, String>> {
    if request.method().is_safe() {
        return Some(decoded(request.uri().query().unwrap_or("").as_bytes()));
    }
    if !is_form(request.headers()) {
        return None;
    }
    let body = to_bytes(request.into_body(), MAX_BODY).await.ok()?;
    Some(decoded(&body))
}

fn decoded(pairs: &[u8]) -> HashMap<String, String> {
    form_urlencoded::parse(pairs).into_owned().collect()
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
