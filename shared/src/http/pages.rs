//! The pages that links in mails lead to, and their security headers.
//!
//! Showing a page changes nothing, because mail scanners open links; the action is performed when the form is
//! submitted. No page has a script, because scanners run scripts too: a person submits the form. No page loads a
//! resource.

#[cfg(test)]
mod tests;

use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use minijinja::{Environment, Value, context};
use sha2::{Digest as _, Sha256};

use crate::templates::{self, Embedded};

#[derive(Clone, Copy)]
pub enum Page<'a> {
    /// Describes an action, and performs it when the button is pressed.
    Confirm {
        title: &'a str,
        message: &'a str,
        /// The path that the form is posted to.
        action: &'a str,
        button: &'a str,
        /// Hidden fields, as name and value.
        fields: &'a [(&'a str, &'a str)],
        /// Whether the action cannot be undone. The button then stands out.
        is_irreversible: bool,
        /// A second button of the form.
        alternative: Option<Alternative<'a>>,
    },
    /// Asks for a new password, which is posted as `newPassword` beside `token`.
    NewPassword {
        title: &'a str,
        action: &'a str,
        token: &'a str,
        /// The rule for new passwords, beside their length.
        rule: Option<&'a str>,
        /// In characters.
        min_length: usize,
        /// Why the previous password was refused.
        error: Option<&'a str>,
    },
    /// Asks for the data of a new member: `firstName`, `lastName` and `newPassword` are posted beside `token`.
    AcceptInvitation {
        action: &'a str,
        token: &'a str,
        /// The values of the previous attempt; empty at first.
        first_name: &'a str,
        last_name: &'a str,
        /// The maximal length of a name, in characters.
        max_name: usize,
        /// The bounds of the password's length, in characters.
        min_length: usize,
        /// Why the previous attempt was refused.
        error: Option<&'a str>,
    },
    /// Asks for the data of a new user: `name`, `email` and `newPassword` are posted beside `token`.
    Register {
        action: &'a str,
        token: &'a str,
        /// The values of the previous attempt; empty at first.
        name: &'a str,
        email: &'a str,
        /// The maximal length of the name, in characters.
        max_name: usize,
        /// The bounds of the password's length, in characters.
        min_length: usize,
        /// Why the previous attempt was refused.
        error: Option<&'a str>,
    },
    Done {
        title: &'a str,
        message: &'a str,
    },
    /// The link is used or expired, or a sign-in at a social provider failed.
    Failed {
        title: &'a str,
        message: &'a str,
    },
}

/// A button that submits the form with a further field.
#[derive(Debug, Clone, Copy)]
pub struct Alternative<'a> {
    pub message: &'a str,
    pub button: &'a str,
    /// The name of the field. Its value is `yes`.
    pub field: &'a str,
}

const STYLE: &str = include_str!("../../templates/pages/style.css");

const TEMPLATES: Embedded = &[
    ("layout.html", include_str!("../../templates/pages/layout.html")),
    ("confirm.html", include_str!("../../templates/pages/confirm.html")),
    (
        "new-password.html",
        include_str!("../../templates/pages/new-password.html"),
    ),
    (
        "accept-invitation.html",
        include_str!("../../templates/pages/accept-invitation.html"),
    ),
    ("register.html", include_str!("../../templates/pages/register.html")),
    ("notice.html", include_str!("../../templates/pages/notice.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = templates::environment(TEMPLATES);
    environment.add_global("style", Value::from_safe_string(STYLE.to_owned()));
    environment
});

/// The hash of the exact text between the tags (CSP 3, section 2.3.1).
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| source_hash(STYLE));

fn source_hash(source: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(source)))
}

impl Page<'_> {
    /// The page, whose form may be redirected to `origins`, because some browsers apply `form-action` to redirects too.
    pub fn respond(&self, origins: impl IntoIterator<Item = String>) -> Response {
        let (template, facts) = self.template();
        match ENVIRONMENT
            .get_template(template)
            .and_then(|template| template.render(facts))
        {
            Ok(html) => (self.status(), self.headers(origins), html).into_response(),
            Err(error) => {
                tracing::error!(page = template, %error, "a page does not render");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    fn template(&self) -> (&'static str, Value) {
        match *self {
            Self::Confirm {
                title,
                message,
                action,
                button,
                fields,
                is_irreversible,
                alternative,
            } => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| context!(name => *name, value => *value))
                    .collect();
                let alternative =
                    alternative.map(|Alternative { message, button, field }| context!(message, button, field));
                let page = context!(title, message, action, button, fields, is_irreversible, alternative);
                ("confirm.html", page)
            }
            Self::NewPassword {
                title,
                action,
                token,
                rule,
                min_length,
                error,
            } => {
                let page = context!(title, action, token, rule, min_length, error);
                ("new-password.html", page)
            }
            Self::AcceptInvitation {
                action,
                token,
                first_name,
                last_name,
                max_name,
                min_length,
                error,
            } => {
                let title = "Accept the invitation";
                let page = context!(title, action, token, first_name, last_name, max_name, min_length, error);
                ("accept-invitation.html", page)
            }
            Self::Register {
                action,
                token,
                name,
                email,
                max_name,
                min_length,
                error,
            } => {
                let title = "Register";
                let page = context!(title, action, token, name, email, max_name, min_length, error);
                ("register.html", page)
            }
            Self::Done { title, message } | Self::Failed { title, message } => {
                ("notice.html", context!(title, message))
            }
        }
    }

    fn status(&self) -> StatusCode {
        if matches!(self, Self::Failed { .. }) {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        }
    }

    fn headers(&self, origins: impl IntoIterator<Item = String>) -> HeaderMap {
        let policy = HeaderValue::try_from(self.content_security_policy(origins));
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
        ])
    }

    /// The policy, which allows only what the page contains.
    fn content_security_policy(&self, origins: impl IntoIterator<Item = String>) -> String {
        let mut policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'".to_owned();
        let _ = write!(policy, "; style-src {}", *STYLE_HASH);
        if matches!(self, Self::Done { .. } | Self::Failed { .. }) {
            return policy + "; form-action 'none'";
        }
        policy += "; form-action 'self'";
        for origin in origins.into_iter().filter(|origin| is_source(origin)) {
            policy.extend([" ", &origin]);
        }
        policy
    }
}

/// Whether the text is safe in a policy, because it cannot end a directive.
fn is_source(origin: &str) -> bool {
    origin
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b":/.-_+[]".contains(&byte))
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        self.respond([])
    }
}

/// Hides the fields from logs, because they hold tokens.
impl fmt::Debug for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({})", self.template().0)
    }
}
