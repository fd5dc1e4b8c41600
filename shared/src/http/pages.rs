//! The pages that links in mails lead to, the page of errors, and their security headers.
//!
//! Showing a page changes nothing, because mail scanners open links; the action is performed when the form is
//! submitted. Scanners run scripts, too, so the only script of a page shows and hides a password: a person submits the
//! form. Every page works without it. A page loads no resource but the logo of the deployment.

mod form;
#[cfg(test)]
mod tests;
mod text;
mod view;

use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use minijinja::{Environment, Value, context};
use sha2::{Digest as _, Sha256};

use crate::domain::LogoUrl;
use crate::templates::{self, Embedded};

pub use form::{Alternative, Field, Form};
pub use text::Text;
pub use view::View;

/// What a page is about, which its icon and colours show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The page asks for something.
    Question,
    Success,
    /// Something else has to happen first, such as the delivery of a mail.
    Waiting,
    Failure,
}

/// A page. Its texts are keys of the catalogue; [`Page::respond`] writes them in the language of the reader.
#[derive(Clone)]
pub struct Page {
    kind: Kind,
    status: StatusCode,
    title: Text,
    paragraphs: Vec<Text>,
    /// Names and addresses, each under a label.
    facts: Vec<(Text, String)>,
    forms: Vec<Form>,
    /// Where the page leads on to, in place of the application.
    way_on: Option<String>,
    /// The code of an error, for support.
    code: Option<String>,
}

const STYLE: &str = include_str!("../../templates/pages/style.css");
const SCRIPT: &str = include_str!("../../templates/pages/show-password.js");

const TEMPLATES: Embedded = &[
    ("page.html", include_str!("../../templates/pages/page.html")),
    ("form.html", include_str!("../../templates/pages/form.html")),
    ("icon.html", include_str!("../../templates/pages/icon.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = templates::environment(TEMPLATES);
    environment.add_global("script", Value::from_safe_string(SCRIPT.to_owned()));
    environment
});

/// The hash of the exact text between the tags (CSP 3, section 2.3.1).
fn source_hash(source: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(source)))
}

impl Page {
    fn new(kind: Kind, status: StatusCode, title: impl Into<Text>) -> Self {
        Self {
            kind,
            status,
            title: title.into(),
            paragraphs: Vec::new(),
            facts: Vec::new(),
            forms: Vec::new(),
            way_on: None,
            code: None,
        }
    }

    pub fn question(title: impl Into<Text>) -> Self {
        Self::new(Kind::Question, StatusCode::OK, title)
    }

    pub fn success(title: impl Into<Text>, text: impl Into<Text>) -> Self {
        Self::new(Kind::Success, StatusCode::OK, title).text(text)
    }

    pub fn waiting(title: impl Into<Text>, text: impl Into<Text>) -> Self {
        Self::new(Kind::Waiting, StatusCode::OK, title).text(text)
    }

    pub fn failure(title: impl Into<Text>, text: impl Into<Text>) -> Self {
        Self::new(Kind::Failure, StatusCode::BAD_REQUEST, title).text(text)
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn text(mut self, text: impl Into<Text>) -> Self {
        self.paragraphs.push(text.into());
        self
    }

    #[must_use]
    pub fn fact(mut self, label: impl Into<Text>, value: impl Into<String>) -> Self {
        self.facts.push((label.into(), value.into()));
        self
    }

    #[must_use]
    pub fn form(mut self, form: Form) -> Self {
        self.forms.push(form);
        self
    }

    /// The URL must have been checked against the trusted origins, or come from the configuration.
    #[must_use]
    pub fn leading_to(mut self, url: impl Into<String>) -> Self {
        self.way_on = Some(url.into());
        self
    }

    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    pub fn respond(&self, view: &View) -> Response {
        let style = view.style(STYLE);
        let html = ENVIRONMENT
            .get_template("page.html")
            .and_then(|template| template.render(self.context(view, &style)));
        match html {
            Ok(html) => (self.status, self.headers(view, &style), html).into_response(),
            Err(error) => {
                tracing::error!(%error, "a page does not render");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    fn context(&self, view: &View, style: &str) -> Value {
        let text = |text: &Text| text.within(view);
        let facts: Vec<_> = self
            .facts
            .iter()
            .map(|(label, value)| context!(label => text(label), value => visible(value)))
            .collect();
        let forms: Vec<_> = self.forms.iter().map(|form| form.context(view)).collect();
        let way_on = self.way_on.as_deref().or(view.application());
        context! {
            lang => view.language().tag(),
            style => Value::from_safe_string(style.to_owned()),
            service => view.service_name(),
            logo => view.logo().map(LogoUrl::as_str),
            support => view.support(),
            kind => self.kind.name(),
            title => text(&self.title),
            paragraphs => self.paragraphs.iter().map(text).collect::<Vec<_>>(),
            facts,
            forms,
            shows_passwords => self.shows_passwords(),
            show_password => text(&"page-show-password".into()),
            way_on,
            go_on => text(&Text::of("page-go-on").with("service", view.service_name())),
            support_code => self.code.as_deref().map(|code| text(&Text::of("page-code").with("code", code))),
            support_request => self.request(view).map(|id| text(&Text::of("page-request").with("request", id))),
        }
    }

    /// Only pages about an error name the request.
    fn request<'a>(&self, view: &'a View) -> Option<&'a str> {
        view.request_id().filter(|_| self.kind == Kind::Failure)
    }

    fn shows_passwords(&self) -> bool {
        self.forms.iter().any(Form::has_password)
    }

    fn headers(&self, view: &View, style: &str) -> HeaderMap {
        let policy = HeaderValue::try_from(self.content_security_policy(view, style));
        HeaderMap::from_iter([
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (
                header::CONTENT_SECURITY_POLICY,
                policy.unwrap_or(HeaderValue::from_static("default-src 'none'")),
            ),
            // The URL of the page contains a token.
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::VARY, HeaderValue::from_static("accept-language")),
        ])
    }

    /// The policy, which allows only what the page contains.
    fn content_security_policy(&self, view: &View, style: &str) -> String {
        let mut policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'".to_owned();
        let _ = write!(policy, "; style-src {}", source_hash(style));
        if self.shows_passwords() {
            let _ = write!(policy, "; script-src {}", source_hash(SCRIPT));
        }
        if let Some(logo) = view.logo() {
            let _ = write!(policy, "; img-src {}", logo.origin());
        }
        if self.forms.is_empty() {
            return policy + "; form-action 'none'";
        }
        policy += "; form-action 'self'";
        // Some browsers apply `form-action` to redirects, too.
        if self.forms.iter().any(Form::has_callback) {
            for origin in view.trusted_sources().filter(|origin| is_source(origin)) {
                policy.extend([" ", &origin]);
            }
        }
        policy
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Success => "success",
            Self::Waiting => "waiting",
            Self::Failure => "failure",
        }
    }
}

/// A name without characters that could change the order of the text around it, or hide a part of it. New names have
/// none; those of earlier releases may.
fn visible(text: &str) -> String {
    use crate::domain::invisible::is_invisible;
    text.chars().filter(|c| !c.is_control() && !is_invisible(*c)).collect()
}

/// Whether the text is safe in a policy, because it cannot end a directive.
fn is_source(origin: &str) -> bool {
    origin
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b":/.-_+[]".contains(&byte))
}

/// Hides the fields from logs, because they hold tokens.
impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({})", self.title.key())
    }
}
