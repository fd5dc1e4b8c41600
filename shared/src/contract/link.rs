//! Links in mails: the parameters of their pages, and the responses. `http::pages` renders the pages.
//!
//! Opening a link changes nothing; a person who submits the form of its page does. Such a form is sent with
//! `Origin: null`, because the pages send no referrer, so the token in it authorizes the action.

mod explained;
mod password_form;
mod prove;

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
use crate::domain::EmailAddress;
use crate::http::AppState;
use crate::http::pages::{Alternative, Field, Form, Page, Text, View};

pub use explained::explained_weakness;
use explained::{explained, is_of_dead_link};
pub use password_form::{PasswordForm, new_password, password_changed};
pub use prove::{Proof, Prover, Unproven};

/// The parameters of a link: from the query if it is opened, from the body if its form is submitted.
pub struct Link {
    pub token: String,
    /// The URL that the browser is redirected to in the end. A URL of an untrusted origin counts as absent.
    pub callback: Option<domain::Redirect>,
    pub view: View,
    fields: HashMap<String, String>,
}

/// A page that asks for a confirmation.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// The page's name in its path.
    pub page: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub button: &'static str,
    pub is_irreversible: bool,
    /// A second button, for a person to whom the question does not apply: its text, its label and its field.
    pub alternative: Option<(&'static str, &'static str, &'static str)>,
}

impl FromRequest<AppState> for Link {
    type Rejection = Response;

    async fn from_request(request: Request, app: &AppState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let view = View::of(&parts, app);
        let request = Request::from_parts(parts, body);
        if is_encoded(request.headers()) {
            let page = incomplete().status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
            return Err(page.respond(&view));
        }
        let read = fields(request).await;
        let mut fields = read.ok_or_else(|| incomplete().respond(&view))?;
        let token = fields.remove("token").filter(|token| !token.is_empty());
        let callback = fields.remove("callbackURL");
        let origins = &app.config.settings.trusted_origins;
        Ok(Self {
            token: token.ok_or_else(|| incomplete().respond(&view))?,
            callback: callback.and_then(|target| origins.redirect(&target).ok()),
            view,
            fields,
        })
    }
}

impl Link {
    /// A further field of the form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub fn show(&self, page: &Page) -> Response {
        page.respond(&self.view)
    }

    /// A form that posts the link's own fields to `page`.
    pub fn form(&self, page: &str, button: &'static str) -> Form {
        let form = Form::new(path(page, &self.view.app().config), button).hidden("token", &self.token);
        match &self.callback {
            Some(target) => form.hidden("callbackURL", target.as_str()),
            None => form,
        }
    }

    /// The page that posts the link's own fields.
    pub fn ask(&self, question: &Question) -> Response {
        self.show(&self.question(question))
    }

    pub fn question(&self, question: &Question) -> Page {
        let form = self.form(question.page, question.button);
        let form = if question.is_irreversible {
            form.irreversible()
        } else {
            form
        };
        let form = match question.alternative {
            Some((text, button, field)) => form.alternative(Alternative {
                text: Some(text.into()),
                ..Alternative::new(button, field)
            }),
            None => form,
        };
        Page::question(question.title).text(question.text).form(form)
    }

    /// The response to a success: a redirect to the callback, or the page.
    pub fn done(&self, page: &Page) -> Response {
        match &self.callback {
            Some(target) => redirect(target.as_str()),
            None => self.show(page),
        }
    }

    /// The response to a failure: a redirect to the callback, with the code as `error`. A transient failure is shown on
    /// a page, where the form can be submitted again.
    pub fn failed(&self, title: &'static str, failure: Failure) -> Response {
        self.failed_with(title, failure, |page| page)
    }

    /// The same with a page that offers a new mail, if the link is used or expired.
    pub fn failed_or_again(&self, page: &str, title: &'static str, failure: Failure) -> Response {
        let is_dead = is_of_dead_link(&failure);
        self.failed_with(title, failure, |failed| {
            if is_dead {
                failed.form(self.form_for_mail(page))
            } else {
                failed
            }
        })
    }

    fn failed_with(&self, title: &'static str, failure: Failure, complete: impl FnOnce(Page) -> Page) -> Response {
        if is_transient(&failure) {
            return self.later(Page::failure(title, LATER), failure);
        }
        if let Some(target) = &self.callback {
            return redirect(&target.with_parameter("error", failure.code()));
        }
        let page = Page::failure(title, explained(&failure)).code(failure.code());
        self.show(&complete(page))
    }

    /// The page, with the status and the `Retry-After` of the failure.
    pub fn later(&self, page: Page, failure: Failure) -> Response {
        let failed = failure.into_response();
        let mut response = self.show(&page.status(failed.status()));
        if let Some(seconds) = failed.headers().get(RETRY_AFTER) {
            response.headers_mut().insert(RETRY_AFTER, seconds.clone());
        }
        response
    }

    /// The form that requests a new mail for a link that is used or expired.
    fn form_for_mail(&self, page: &str) -> Form {
        self.form(page, "page-again-button").field(Field::email(ADDRESS))
    }

    /// The address for which `page` is to mail a new link, or the page that asks for it again. `None`: the form is
    /// another one.
    pub fn requested_address(&self, page: &str) -> Option<Result<EmailAddress, Page>> {
        let typed = self.field(ADDRESS)?;
        let asked_again = || {
            let problem = Some("page-not-an-address".into());
            let form = self
                .form(page, "page-again-button")
                .field(Field::email(ADDRESS).filled(typed));
            Page::question("page-again-title").form(form.refused_field(ADDRESS, problem))
        };
        Some(EmailAddress::parse(typed).map_err(|_| asked_again()))
    }

    /// The page after a request for a new mail. It is the same whether the address has an account.
    pub fn mail_requested(&self, address: &EmailAddress) -> Response {
        let text = Text::of("page-again-sent").with("email", address.as_str());
        self.show(&Page::waiting("page-again-sent-title", text))
    }
}

/// The field of a form that requests a mail.
const ADDRESS: &str = "email";

/// Hides the token from logs.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").finish_non_exhaustive()
    }
}

pub const LATER: &str = "page-later";

/// Whether the same request may succeed later.
pub fn is_transient(failure: &Failure) -> bool {
    failure.status() == StatusCode::TOO_MANY_REQUESTS || failure.status().is_server_error()
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

fn incomplete() -> Page {
    Page::failure("page-incomplete-title", "page-incomplete")
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
