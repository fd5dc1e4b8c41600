//! `SendEmail`: the request and its validation. Errors are the messages of a `BadRequestException`.

use jiff::Timestamp;
use mail_parser::{Address, Message as MimeMessage, MessageParser};
use serde::Deserialize;

use crate::{mailbox::Mail, wire::Blob};

const MAX_RECIPIENTS: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SendEmail {
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    content: Content,
    #[serde(default)]
    email_tags: Vec<Pair>,
    configuration_set_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Destination {
    #[serde(rename = "ToAddresses")]
    to: Vec<String>,
    #[serde(rename = "CcAddresses")]
    cc: Vec<String>,
    #[serde(rename = "BccAddresses")]
    bcc: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Option<Simple>,
    raw: Option<Raw>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Text,
    body: Body,
    #[serde(default)]
    headers: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Option<Text>,
    html: Option<Text>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: Blob,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    name: String,
    value: String,
}

impl SendEmail {
    pub(super) fn into_mail(self, id: String, at: Timestamp) -> Result<Mail, String> {
        self.email_tags.iter().try_for_each(check_tag)?;
        let Destination { to, cc, bcc } = self.destination;
        let mut mail = Mail {
            id,
            at,
            to: [to, cc, bcc].concat(),
            from: self.from_email_address.unwrap_or_default(),
            subject: String::new(),
            text: None,
            html: None,
            headers: Vec::new(),
            tags: into_pairs(self.email_tags),
            configuration_set: self.configuration_set_name,
        };
        match (self.content.simple, self.content.raw) {
            (Some(simple), None) => fill_from_simple(&mut mail, simple)?,
            (None, Some(raw)) => fill_from_raw(&mut mail, &raw.data.0)?,
            _ => return Err("Content must be exactly one of Simple and Raw.".to_owned()),
        }
        check_addresses(&mail)?;
        Ok(mail)
    }
}

fn fill_from_simple(mail: &mut Mail, simple: Simple) -> Result<(), String> {
    mail.subject = simple.subject.data;
    mail.text = simple.body.text.map(|text| text.data);
    mail.html = simple.body.html.map(|html| html.data);
    mail.headers = into_pairs(simple.headers);
    if mail.text.is_none() && mail.html.is_none() {
        return Err("Body must have a Text or an Html part.".to_owned());
    }
    Ok(())
}

/// Sender and recipients of the request take precedence over the headers.
fn fill_from_raw(mail: &mut Mail, data: &[u8]) -> Result<(), String> {
    let mime = MessageParser::default()
        .parse(data)
        .ok_or("Raw.Data is not a MIME message.")?;
    mime.subject().unwrap_or_default().clone_into(&mut mail.subject);
    mail.text = part(&mime, "text/plain");
    mail.html = part(&mime, "text/html");
    let raw_headers = mime.headers_raw();
    mail.headers = raw_headers
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    if mail.from.is_empty() {
        mail.from = addresses(mime.from()).next().unwrap_or_default();
    }
    if mail.to.is_empty() {
        mail.to = [mime.to(), mime.cc(), mime.bcc()]
            .into_iter()
            .flat_map(addresses)
            .collect();
    }
    Ok(())
}

/// The first part of this type. The parser would otherwise convert a part of the other type.
fn part(mime: &MimeMessage<'_>, media_type: &str) -> Option<String> {
    let body = match media_type {
        "text/html" => mime.html_bodies().find(|part| part.is_text_html()),
        _ => mime.text_bodies().find(|part| !part.is_text_html()),
    };
    body?.text_contents().map(str::to_owned)
}

fn addresses(address: Option<&Address<'_>>) -> impl Iterator<Item = String> {
    address
        .into_iter()
        .flat_map(Address::iter)
        .filter_map(|entry| entry.address().map(str::to_owned))
}

fn check_addresses(mail: &Mail) -> Result<(), String> {
    if mail.from.is_empty() {
        return Err("FromEmailAddress is missing.".to_owned());
    }
    if mail.to.is_empty() {
        return Err("Destination has no address.".to_owned());
    }
    if mail.to.len() > MAX_RECIPIENTS {
        return Err("Recipient count exceeds 50.".to_owned());
    }
    let malformed = std::iter::once(&mail.from)
        .chain(&mail.to)
        .find(|address| !has_domain(address));
    malformed.map_or(Ok(()), |address| Err(format!("Missing final '@domain': {address}")))
}

/// SES checks no more of an address before it tries to deliver.
fn has_domain(address: &str) -> bool {
    address
        .rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// SES refuses a mail that has a tag with any other character.
fn check_tag(tag: &Pair) -> Result<(), String> {
    let allowed = |word: &str| {
        (1..=256).contains(&word.len())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    };
    if allowed(&tag.name) && allowed(&tag.value) {
        return Ok(());
    }
    let (name, value) = (&tag.name, &tag.value);
    Err(format!(
        "Invalid tag {name}={value}: only ASCII letters, digits, underscores and dashes are allowed."
    ))
}

fn into_pairs(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs.into_iter().map(|pair| (pair.name, pair.value)).collect()
}
