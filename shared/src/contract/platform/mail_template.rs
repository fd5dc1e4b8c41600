//! Templates of mails in the `platform` contract.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::paging::{PageQuery, page};
use super::records::{AdministeredRecord, Toggled, WrittenRecord};
use crate::contract::fields::parsers::{
    self, flag, optional, optional_flag, optional_list, optional_name, optional_text,
};
use crate::contract::fields::{Fields, Read, ReadBody, request};
use crate::contract::time::time;
use crate::domain::listing::Listed;
use crate::domain::{EmailAddress, Entry, Language, MailTemplate, Patch};

/// The kind of records.
#[derive(Debug)]
pub struct EmailTemplates;

request! {
    pub struct CreateEmailTemplate {
        name: String = parsers::name("name", 1, MailTemplate::NAME),
        category: String = parsers::name("type", 1, MailTemplate::CATEGORY),
        subject: String = parsers::name("subject", 1, MailTemplate::SUBJECT),
        html: String = source("html_body", 1, MailTemplate::HTML),
        rest: OptionalFields = rest(),
        language: Option<Language> = optional("language", language),
        is_active: bool = flag("is_active", true),
    }

    /// Absent fields keep their values; of those that a template may lack, an empty one is removed.
    pub struct UpdateEmailTemplate {
        name: Option<String> = optional_name("name", 1, MailTemplate::NAME),
        category: Option<String> = optional_name("type", 1, MailTemplate::CATEGORY),
        subject: Option<String> = optional_name("subject", 1, MailTemplate::SUBJECT),
        html: Option<String> = optional_source("html_body", 1, MailTemplate::HTML),
        rest: OptionalFields = rest(),
        language: Option<Language> = optional("language", language),
        is_active: Option<bool> = optional_flag("is_active"),
    }

    /// Fields that a template may lack.
    pub struct OptionalFields {
        text: Option<String> = optional_source("text_body", 0, MailTemplate::TEXT),
        sender_name: Option<String> = optional_name("shipper_name", 0, MailTemplate::SENDER_NAME),
        sender_email: Patch<EmailAddress> = address("shipper_email"),
        reply_to: Patch<EmailAddress> = address("response_email"),
        variables: Option<Vec<String>> = variables("variables"),
        description: Option<String> = optional_text("description", 0, MailTemplate::DESCRIPTION),
    }

    pub struct EmailTemplateQuery {
        page: PageQuery = page(),
        search: Option<String> = "search",
        category: Option<String> = "type",
        language: Option<String> = "language",
    }
}

impl AdministeredRecord for EmailTemplates {
    type Value = MailTemplate;
    type Query = EmailTemplateQuery;
    type Response = EmailTemplateResponse;
    type List = EmailTemplateList;

    const DELETED: &'static str = "Email template deleted successfully";
    const NAME_TAKEN: &'static str = "Email template with same name and language already exists";

    fn page(query: &EmailTemplateQuery) -> &PageQuery {
        &query.page
    }

    fn matches(query: &EmailTemplateQuery, value: &MailTemplate) -> bool {
        let contains = |part: &str| {
            let part = part.to_lowercase();
            let mut texts = [Some(&value.name), Some(&value.subject), value.description.as_ref()]
                .into_iter()
                .flatten();
            texts.any(|text| text.to_lowercase().contains(&part))
        };
        let is = |wanted: &Option<String>, is_equal: &dyn Fn(&str) -> bool| wanted.as_deref().is_none_or(is_equal);
        is(&query.search, &contains)
            && is(&query.category, &|category| category == value.category)
            && is(&query.language, &|tag| {
                tag.eq_ignore_ascii_case(value.language.as_str())
            })
    }

    fn list(listed: Listed<Entry<MailTemplate>>, _: &EmailTemplateQuery) -> EmailTemplateList {
        EmailTemplateList {
            total: listed.total,
            templates: listed.records.into_iter().map(EmailTemplateResponse::from).collect(),
        }
    }
}

impl WrittenRecord for EmailTemplates {
    type Create = CreateEmailTemplate;
    type Update = UpdateEmailTemplate;

    fn update(value: &mut MailTemplate, update: &UpdateEmailTemplate) {
        let replace = |text: &mut String, new: &Option<String>| {
            if let Some(new) = new {
                text.clone_from(new);
            }
        };
        replace(&mut value.name, &update.name);
        replace(&mut value.category, &update.category);
        replace(&mut value.subject, &update.subject);
        replace(&mut value.html, &update.html);
        update.rest.apply(value);
        value.language = update.language.unwrap_or(value.language);
        value.is_active = update.is_active.unwrap_or(value.is_active);
    }
}

impl Toggled for EmailTemplates {
    fn is_active(value: &mut MailTemplate) -> &mut bool {
        &mut value.is_active
    }
}

impl From<CreateEmailTemplate> for MailTemplate {
    fn from(body: CreateEmailTemplate) -> Self {
        let language = body.language.unwrap_or_default();
        let mut template = Self {
            is_active: body.is_active,
            ..Self::new(body.name, language, body.category, body.subject, body.html)
        };
        body.rest.apply(&mut template);
        template
    }
}

impl OptionalFields {
    fn apply(&self, value: &mut MailTemplate) {
        let replace = |text: &mut Option<String>, new: &Option<String>| {
            if let Some(new) = new {
                *text = Some(new.clone()).filter(|new| !new.is_empty());
            }
        };
        replace(&mut value.text, &self.text);
        replace(&mut value.sender_name, &self.sender_name);
        replace(&mut value.description, &self.description);
        self.sender_email.apply(&mut value.sender_email);
        self.reply_to.apply(&mut value.reply_to);
        if self.variables.is_some() {
            value.variables.clone_from(&self.variables);
        }
    }
}

fn rest(fields: &mut Fields<'_>) -> Read<OptionalFields> {
    OptionalFields::read(fields)
}

/// The source of a template, in bytes. Control characters other than line breaks and tabs would be sent in mails.
fn source(fields: &mut Fields<'_>, field: &str, min: usize, max: usize) -> Read<String> {
    let text = fields.text(field, min, usize::MAX)?;
    if text.len() > max {
        let expected = if max == MailTemplate::HTML {
            "text of at most 40000 bytes"
        } else {
            "text of at most 10000 bytes"
        };
        return fields.not_a(field, expected);
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return fields.not_a(field, "text without control characters");
    }
    Some(text.to_owned())
}

fn optional_source(fields: &mut Fields<'_>, field: &str, min: usize, max: usize) -> Read<Option<String>> {
    optional(fields, field, |fields, field| source(fields, field, min, max))
}

fn language(fields: &mut Fields<'_>, field: &str) -> Read<Language> {
    let language = Language::parse(&fields.string(field)?.to_ascii_lowercase());
    language.or_else(|| fields.not_a(field, "language of users: en, zh, es, fr, de, ja or ko"))
}

/// An empty text removes the address.
fn address(fields: &mut Fields<'_>, field: &str) -> Read<Patch<EmailAddress>> {
    match fields.value(field) {
        None => Some(Patch::Keep),
        Some(Value::String(text)) if text.is_empty() => Some(Patch::Clear),
        Some(_) => fields.email(field).map(Patch::Set),
    }
}

/// Names of variables.
fn variables(fields: &mut Fields<'_>, field: &str) -> Read<Option<Vec<String>>> {
    let expected = "list of at most 50 names of variables";
    optional_list(fields, field, MailTemplate::VARIABLES, expected, |name| {
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        is_plain && (1..=MailTemplate::VARIABLE).contains(&name.len())
    })
}

#[derive(Debug, Serialize)]
pub struct EmailTemplateResponse {
    id: String,
    name: String,
    #[serde(rename = "type")]
    category: String,
    subject: String,
    html_body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text_body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipper_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipper_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_email: Option<String>,
    language: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    variables: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    is_active: bool,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
}

#[derive(Debug, Serialize)]
pub struct EmailTemplateList {
    templates: Vec<EmailTemplateResponse>,
    total: usize,
}

impl From<Entry<MailTemplate>> for EmailTemplateResponse {
    fn from(entry: Entry<MailTemplate>) -> Self {
        let template = entry.value;
        Self {
            id: entry.id.to_string(),
            name: template.name,
            category: template.category,
            subject: template.subject,
            html_body: template.html,
            text_body: template.text,
            shipper_name: template.sender_name,
            shipper_email: template.sender_email.map(|address| address.to_string()),
            response_email: template.reply_to.map(|address| address.to_string()),
            language: template.language.as_str(),
            variables: template.variables,
            description: template.description,
            is_active: template.is_active,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}
