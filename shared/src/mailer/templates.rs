//! The templates of mails: one for text and one for HTML, which print what `wording` says in the language of the mail. A
//! template that administrators keep takes the place of both.

use std::sync::LazyLock;

use minijinja::{Environment, Error, ErrorKind, Value, context};

use super::header;
use super::letter::{Fact, Letter};
use super::wording::Wording;
use crate::domain::{Brand, Language, LogoUrl, MailKind, MailTemplate};
use crate::languages::InvalidText;
use crate::templates::administered::{self, Format, Refused};
use crate::templates::{self, Embedded};

const TEMPLATES: Embedded = &[
    ("mail.html", include_str!("../../templates/mail/mail.html")),
    ("mail.txt", include_str!("../../templates/mail/mail.txt")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| templates::environment(TEMPLATES));

/// A rendered mail.
#[derive(Debug)]
pub(super) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Renders the mail by the built-in templates.
pub(super) fn render(letter: &Letter, language: Language, brand: &Brand) -> Result<Rendered, Error> {
    let facts = facts(letter, language, brand);
    let context = built_in_context(letter, &facts, language, brand).map_err(invalid)?;
    let subject = context.get_attr("subject")?.to_string();
    let [text, html] = ["mail.txt", "mail.html"].map(|name| part(name, &context));
    Ok(Rendered {
        subject,
        text: text?,
        html: html?,
    })
}

/// Renders the mail by a template of administrators.
pub(super) fn render_administered(
    letter: &Letter,
    template: &MailTemplate,
    brand: &Brand,
) -> Result<Rendered, Refused> {
    let variables = MailKind::find(letter.kind()).map_or(&[][..], |kind| kind.variables);
    let facts = facts(letter, template.language, brand);
    let values = || {
        facts
            .iter()
            .map(|(name, value)| (*name, value.as_str().into()))
            .collect()
    };
    let render = |source: &str, format| administered::render(source, format, variables, values());
    let subject = header::subject(&render(&template.subject, Format::Text)?);
    if subject.is_empty() {
        return Err(Refused::new("the subject is empty"));
    }
    let html = render(&template.html, Format::Html)?;
    let text = if let Some(text) = &template.text {
        render(text, Format::Text)?
    } else {
        let context = built_in_context(letter, &facts, template.language, brand).map_err(Refused::new)?;
        part("mail.txt", &context).map_err(Refused::new)?
    };
    Ok(Rendered { subject, text, html })
}

fn facts(letter: &Letter, language: Language, brand: &Brand) -> Vec<Fact> {
    let mut facts = letter.facts(language);
    facts.push(("service", brand.name.clone()));
    facts
}

fn built_in_context(letter: &Letter, facts: &[Fact], language: Language, brand: &Brand) -> Result<Value, InvalidText> {
    let wording = Wording::new(letter, facts, language, brand)?;
    let fact = |wanted| {
        let found = facts.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    Ok(context! {
        tag => language.tag(),
        service => brand.name.as_str(),
        logo => brand.logo.as_ref().map(LogoUrl::as_str),
        accent => brand.accent.to_string(),
        accent_text => brand.accent.text().to_string(),
        subject => header::subject(&wording.subject),
        preheader => wording.preheader(),
        greeting => wording.greeting.as_str(),
        before => wording.before.clone(),
        code => fact("code"),
        after => wording.after.clone(),
        url => fact("url"),
        button => wording.button.as_ref().map(|button| button.label.as_str()),
        fallback => wording.button.as_ref().map(|button| button.fallback.as_str()),
        caution => wording.caution.clone(),
    })
}

fn part(name: &str, context: &Value) -> Result<String, Error> {
    ENVIRONMENT.get_template(name)?.render(context)
}

fn invalid(error: InvalidText) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string()).with_source(error)
}
