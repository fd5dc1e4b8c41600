//! The templates of mails: three for each kind, named `{kind}.subject.txt`, `{kind}.txt` and `{kind}.html`, with one
//! layout for text and one for HTML. The built-in templates are in `templates/mail`; each can be overridden separately.
//! A template that administrators keep takes the place of all three.

use std::sync::LazyLock;

use minijinja::{Environment, Error, Value};

use super::header;
use super::letter::Letter;
use crate::domain::{Language, MailKind, MailTemplate};
use crate::templates::administered::{self, Format, Refused};
use crate::templates::{self, Embedded};

macro_rules! built_in {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../templates/mail/en/", $name)))),*]
    };
}

const BUILT_IN: Embedded = built_in! {
    "layout.html" "layout.txt"
    "verify-email.subject.txt" "verify-email.txt" "verify-email.html"
    "reset-password.subject.txt" "reset-password.txt" "reset-password.html"
    "change-email.subject.txt" "change-email.txt" "change-email.html"
    "approve-email-change.subject.txt" "approve-email-change.txt" "approve-email-change.html"
    "email-changed.subject.txt" "email-changed.txt" "email-changed.html"
    "password-changed.subject.txt" "password-changed.txt" "password-changed.html"
    "password-locked.subject.txt" "password-locked.txt" "password-locked.html"
    "credential-changed.subject.txt" "credential-changed.txt" "credential-changed.html"
    "delete-user.subject.txt" "delete-user.txt" "delete-user.html"
    "activate-account.subject.txt" "activate-account.txt" "activate-account.html"
    "account-invitation.subject.txt" "account-invitation.txt" "account-invitation.html"
    "two-factor-otp.subject.txt" "two-factor-otp.txt" "two-factor-otp.html"
    "invitation.subject.txt" "invitation.txt" "invitation.html"
};

/// The limit of template execution is far above what a mail needs, and stops an endless loop in an overriding template.
const FUEL: u64 = 20_000;

static BUILT_IN_ONLY: LazyLock<Environment<'static>> = LazyLock::new(environment);

/// The templates of mails. Each is parsed at its first use.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    /// The built-in templates together with the overriding ones; `None` if nothing is overridden.
    overridden: Option<Environment<'static>>,
}

/// A rendered mail.
#[derive(Debug)]
pub(super) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Templates {
    /// Overrides the built-in template `name` with `source`. A template that does not parse is ignored, and one that
    /// does not render is replaced by the built-in one: a mail that is needed to sign in is sent in any case, and the
    /// error is logged.
    #[must_use]
    pub fn with_override(self, name: &str, source: &str) -> Self {
        if !BUILT_IN.iter().any(|(known, _)| *known == name) {
            tracing::error!(template = name, "a template override has an unknown name");
            return self;
        }
        let mut overridden = self.overridden.unwrap_or_else(environment);
        if let Err(error) = overridden.add_template_owned(name.to_owned(), source.to_owned()) {
            tracing::error!(template = name, %error, "a template override does not parse and is ignored");
        }
        Self {
            overridden: Some(overridden),
        }
    }

    pub(super) fn render(&self, letter: &Letter, service_name: &str) -> Result<Rendered, Error> {
        let kind = letter.kind();
        let mut facts = letter.facts();
        facts.push(("service", service_name.into()));
        let subject = header::subject(&self.part(&format!("{kind}.subject.txt"), &facts)?);
        facts.push(("subject", subject.as_str().into()));
        let text = self.part(&format!("{kind}.txt"), &facts)?;
        let html = self.part(&format!("{kind}.html"), &facts)?;
        Ok(Rendered { subject, text, html })
    }

    /// Renders the mail by a template of administrators.
    pub(super) fn render_administered(
        &self,
        letter: &Letter,
        template: &MailTemplate,
        service_name: &str,
    ) -> Result<Rendered, Refused> {
        let kind = letter.kind();
        let variables = MailKind::find(kind).map_or(&[][..], |kind| kind.variables);
        let mut facts = letter.facts();
        facts.push(("service", service_name.into()));
        let render = |source: &str, format| administered::render(source, format, variables, facts.clone());
        let subject = header::subject(&render(&template.subject, Format::Text)?);
        if subject.is_empty() {
            return Err(Refused::new("the subject is empty"));
        }
        let html = render(&template.html, Format::Html)?;
        let text = match &template.text {
            Some(text) => render(text, Format::Text)?,
            None => self.part(&format!("{kind}.txt"), &facts).map_err(Refused::new)?,
        };
        Ok(Rendered { subject, text, html })
    }

    fn part(&self, name: &str, facts: &[(&'static str, Value)]) -> Result<String, Error> {
        let facts = Value::from_pairs(facts.iter().cloned());
        if let Some(overridden) = &self.overridden {
            match overridden
                .get_template(name)
                .and_then(|template| template.render(facts.clone()))
            {
                Ok(text) => return Ok(text),
                Err(error) => {
                    tracing::error!(template = name, %error, "a template override does not render and is ignored");
                }
            }
        }
        BUILT_IN_ONLY.get_template(name)?.render(facts)
    }
}

/// Whether there are built-in templates in the language.
pub fn has_built_in(language: Language) -> bool {
    language == Language::English
}

fn environment() -> Environment<'static> {
    let mut environment = templates::environment(BUILT_IN);
    environment.set_fuel(Some(FUEL));
    environment
}
