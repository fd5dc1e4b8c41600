//! The pages that links in mails lead to, and their security headers.
//!
//! Showing one changes nothing, because programs that look through mail open its links; what is to happen happens when
//! the form is posted. No page loads anything from anywhere.

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
    /// Says what will happen, and makes it happen at the press of a button.
    Confirm {
        title: &'a str,
        message: &'a str,
        /// The path that the form is posted to.
        action: &'a str,
        button: &'a str,
        /// Hidden, as name and value.
        fields: &'a [(&'a str, &'a str)],
        /// Whether a script presses the button. What cannot be undone waits for a person.
        automatic: bool,
    },
    /// Asks for a new password, which is posted as `newPassword` beside `token`.
    NewPassword {
        action: &'a str,
        token: &'a str,
        /// In characters.
        min_length: usize,
        /// Why the password before was refused.
        error: Option<&'a str>,
    },
    /// Asks for what a new member needs: `firstName`, `lastName` and `newPassword` are posted beside `token`.
    AcceptInvitation {
        action: &'a str,
        token: &'a str,
        /// As they were posted before; empty at first.
        first_name: &'a str,
        last_name: &'a str,
        /// The longest name, in characters.
        max_name: usize,
        /// Of the password, in characters.
        min_length: usize,
        /// Why what was posted before was refused.
        error: Option<&'a str>,
    },
    Done {
        title: &'a str,
        message: &'a str,
    },
    /// The link is spent or expired, or a sign-in elsewhere ended in an error.
    Failed {
        title: &'a str,
        message: &'a str,
    },
}

const STYLE: &str = include_str!("../../templates/pages/style.css");
const SCRIPT: &str = include_str!("../../templates/pages/submit.js");

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
    ("notice.html", include_str!("../../templates/pages/notice.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = templates::environment(TEMPLATES);
    environment.add_global("style", Value::from_safe_string(STYLE.to_owned()));
    environment.add_global("script", Value::from_safe_string(SCRIPT.to_owned()));
    environment
});

/// Of what stands between the tags, to the letter (CSP 3, section 2.3.1).
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| source_hash(STYLE));
static SCRIPT_HASH: LazyLock<String> = LazyLock::new(|| source_hash(SCRIPT));

fn source_hash(source: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(source)))
}

impl Page<'_> {
    /// The page, from which a posted form may be redirected to `origins`: some browsers hold redirects, too, to
    /// `form-action`.
    pub fn respond<'o>(&self, origins: impl IntoIterator<Item = &'o str>) -> Response {
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
                automatic,
            } => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, value)| context!(name => *name, value => *value))
                    .collect();
                (
                    "confirm.html",
                    context!(title, message, action, button, fields, automatic),
                )
            }
            Self::NewPassword {
                action,
                token,
                min_length,
                error,
            } => {
                let title = "Choose a new password";
                ("new-password.html", context!(title, action, token, min_length, error))
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

    fn headers<'o>(&self, origins: impl IntoIterator<Item = &'o str>) -> HeaderMap {
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
            // The address of the page holds a token.
            (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        ])
    }

    /// Allows what the page has, and no more.
    fn content_security_policy<'o>(&self, origins: impl IntoIterator<Item = &'o str>) -> String {
        let mut policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'".to_owned();
        let _ = write!(policy, "; style-src {}", *STYLE_HASH);
        if matches!(self, Self::Confirm { automatic: true, .. }) {
            let _ = write!(policy, "; script-src {}", *SCRIPT_HASH);
        }
        if matches!(self, Self::Done { .. } | Self::Failed { .. }) {
            return policy + "; form-action 'none'";
        }
        policy += "; form-action 'self'";
        for origin in origins.into_iter().filter(|origin| is_source(origin)) {
            policy.extend([" ", origin]);
        }
        policy
    }
}

/// Whether the text can stand in a policy without ending a directive.
fn is_source(origin: &str) -> bool {
    origin
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b":/.-_[]".contains(&byte))
}

impl IntoResponse for Page<'_> {
    fn into_response(self) -> Response {
        self.respond([])
    }
}

/// Fields hold tokens, which belong in no log.
impl fmt::Debug for Page<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Page({})", self.template().0)
    }
}
