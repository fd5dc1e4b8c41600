//! Templates of mails that administrators keep, and the kinds of mail that use them. `docs/mail-templates.md` documents
//! the kinds and their variables.

use serde::{Deserialize, Serialize};

use super::catalogue::{Catalogued, InvalidField};
use super::email::EmailAddress;
use super::profile::Language;
use super::text::as_text;
use crate::templates::administered;

/// A template of one mail in one language. A template whose name is no kind of mail is kept and not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailTemplate {
    /// The kind of mail, or one of its aliases.
    pub name: String,
    #[serde(with = "as_text")]
    pub language: Language,
    /// A label of the administrators.
    pub category: String,
    pub subject: String,
    pub html: String,
    /// `None`: the mail has the built-in text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `None`: the mail comes from the sender of the deployment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "as_optional_text")]
    pub sender_email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "as_optional_text")]
    pub reply_to: Option<EmailAddress>,
    /// What the administrators say that the template uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// An inactive template is kept and not used.
    pub is_active: bool,
}

/// A kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailKind {
    /// The name of its templates, and of its tag in SES.
    pub name: &'static str,
    pub variables: &'static [&'static str],
}

macro_rules! mail_kinds {
    ($($name:literal: $($variable:literal)*;)*) => {
        /// All kinds of mail.
        pub const ALL: &[MailKind] = &[$(MailKind { name: $name, variables: &["service", $($variable),*] }),*];
    };
}

impl MailKind {
    mail_kinds! {
        "verify-email": "name" "firstName" "lastName" "url" "expires_in";
        "reset-password": "name" "firstName" "lastName" "url" "expires_in";
        "change-email": "name" "firstName" "lastName" "new_email" "url" "expires_in";
        "approve-email-change": "name" "firstName" "lastName" "new_email" "url" "expires_in";
        "email-changed": "name" "firstName" "lastName";
        "password-changed": "name" "firstName" "lastName" "at";
        "password-locked": "name" "firstName" "lastName" "url" "expires_in";
        "credential-changed": "name" "firstName" "lastName" "change" "at";
        "delete-user": "name" "firstName" "lastName" "url" "expires_in";
        "activate-account": "name" "firstName" "lastName" "account" "url" "expires_in";
        "account-invitation": "name" "firstName" "lastName" "account" "url" "expires_in";
        "two-factor-otp": "name" "firstName" "lastName" "code" "expires_in";
        "invitation": "organization" "inviter" "role" "note" "url" "expires_in";
    }

    /// Names by which templates may be saved besides those of the kinds.
    pub const ALIASES: [(&str, &str); 2] = [("verification", "verify-email"), ("password_reset", "reset-password")];

    /// The kind with this name or alias, in any case.
    pub fn find(name: &str) -> Option<&'static Self> {
        let name = canonical(name);
        Self::ALL.iter().find(|kind| kind.name == name)
    }
}

impl MailTemplate {
    /// Longest name, in characters.
    pub const NAME: usize = 100;
    /// Longest label, in characters.
    pub const CATEGORY: usize = 50;
    pub const SUBJECT: usize = 255;
    /// Longest HTML, in bytes. A page of a hundred templates must fit into the response of a function.
    pub const HTML: usize = 40_000;
    /// Longest text, in bytes.
    pub const TEXT: usize = 10_000;
    pub const SENDER_NAME: usize = 100;
    pub const DESCRIPTION: usize = 500;
    pub const VARIABLES: usize = 50;
    /// Longest name of a variable, in characters.
    pub const VARIABLE: usize = 64;

    /// An active template without the fields that a template may lack.
    pub fn new(name: String, language: Language, category: String, subject: String, html: String) -> Self {
        Self {
            name,
            language,
            category,
            subject,
            html,
            text: None,
            sender_name: None,
            sender_email: None,
            reply_to: None,
            variables: None,
            description: None,
            is_active: true,
        }
    }

    /// The form in which names are unique: a template that is saved under an alias would compete with one that is saved
    /// under the name.
    pub fn key(name: &str, language: Language) -> String {
        format!("{}/{language}", canonical(name))
    }
}

fn canonical(name: &str) -> String {
    let name = name.to_lowercase();
    let alias = MailKind::ALIASES.into_iter().find(|(alias, _)| *alias == name);
    alias.map_or(name, |(_, kind)| kind.to_owned())
}

impl Catalogued for MailTemplate {
    const KIND: &'static str = "mail_template";
    const TITLE: &'static str = "Email template";
    const LIMIT: u32 = 200;
    const IS_READ_BY_NAME: bool = true;

    fn unique_name(&self) -> Option<String> {
        Some(Self::key(&self.name, self.language))
    }

    fn invalid_fields(&self) -> Vec<InvalidField> {
        let known = MailKind::find(&self.name).map(|kind| kind.variables);
        let sources = [
            ("subject", Some(&self.subject)),
            ("html_body", Some(&self.html)),
            ("text_body", self.text.as_ref()),
        ];
        let sources = sources.into_iter().filter_map(|(field, source)| Some((field, source?)));
        let mut invalid: Vec<InvalidField> = sources
            .filter_map(|(field, source)| {
                let reason = administered::check(source, known).err()?.to_string();
                Some(InvalidField { field, reason })
            })
            .collect();
        let declared = self.variables.iter().flatten();
        let unknown = declared
            .into_iter()
            .find(|variable| known.is_some_and(|known| !known.contains(&variable.as_str())));
        invalid.extend(unknown.map(|variable| InvalidField {
            field: "variables",
            reason: format!("there is no variable `{variable}`"),
        }));
        invalid
    }
}

mod as_optional_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
    pub fn serialize<T: Display, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => crate::domain::text::as_text::serialize(value, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        crate::domain::text::as_text::deserialize(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(name: &str, html: &str) -> MailTemplate {
        let [name, html, category, subject] = [name, html, "system", "Hello"].map(str::to_owned);
        MailTemplate {
            sender_email: Some(EmailAddress::parse("team@example.com").unwrap()),
            ..MailTemplate::new(name, Language::English, category, subject, html)
        }
    }

    fn invalid(template: &MailTemplate) -> Vec<&'static str> {
        let invalid = template.invalid_fields().into_iter();
        invalid.map(|invalid| invalid.field).collect()
    }

    #[test]
    fn aliases_and_names_are_the_same_in_any_case() {
        for (name, key) in [
            ("verification", "verify-email/en"),
            ("Verify-Email", "verify-email/en"),
            ("PASSWORD_RESET", "reset-password/en"),
            ("welcome", "welcome/en"),
        ] {
            assert_eq!(MailTemplate::key(name, Language::English), key);
        }
    }

    #[test]
    fn the_variables_are_those_of_the_kind() {
        assert_eq!(invalid(&template("verification", "{{ firstName }} {{ url }}")), [""; 0]);
        assert_eq!(invalid(&template("email-changed", "{{ url }}")), ["html_body"]);
        let declared = MailTemplate {
            subject: "{{ code }}".to_owned(),
            text: Some("{{ x".to_owned()),
            variables: Some(vec!["url".to_owned(), "password".to_owned()]),
            ..template("verify-email", "{% for x in y %}{% endfor %}")
        };
        assert_eq!(invalid(&declared), ["subject", "html_body", "text_body", "variables"]);
    }

    #[test]
    fn a_template_that_no_mail_uses_has_any_variables() {
        let other = MailTemplate {
            variables: Some(vec!["planName".to_owned()]),
            ..template("welcome", "{{ planName }} {{ x }}")
        };
        assert_eq!(invalid(&other), [""; 0]);
        assert_eq!(invalid(&template("welcome", "{{ x | safe }}")), ["html_body"]);
    }

    #[test]
    fn the_stored_form_is_read_again() {
        let template = template("verification", "<p>");
        let stored = serde_json::to_string(&template).unwrap();
        assert_eq!(serde_json::from_str::<MailTemplate>(&stored).unwrap(), template);
    }
}
