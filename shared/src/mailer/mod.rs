//! SES: letters, their templates, and sending.
//!
//! [`Letter`] is what a mail says, as data; `templates` turns it into a subject, a text and HTML; `words` and `header` decide
//! what of other people's words may stand in it; `suppression_list` is the list that SES keeps of addresses which it does not
//! send to. When and to whom a letter goes is the operations' business. This is the only module that names a type of the SES
//! client.

mod error;
#[cfg(test)]
mod fixture;
mod header;
mod letter;
mod suppression_list;
mod templates;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;

use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sesv2::operation::RequestId;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};

pub use error::MailerError;
pub use letter::Letter;
pub use suppression_list::AccountSuppressionList;
pub use templates::Templates;

use crate::domain::EmailAddress;
use crate::usage::{self, Service};
use templates::Rendered;

/// The tag that names a letter's kind to whoever reads the events of SES.
const KIND_TAG: &str = "kind";

#[derive(Debug, Clone)]
pub struct MailerSettings {
    /// The mailbox that letters come from (RFC 5322), as `Ostiary <no-reply@example.com>`.
    pub from: String,
    /// Decides where SES reports bounces and complaints.
    pub configuration_set: Option<String>,
    /// What the letters call the service.
    pub service_name: String,
}

/// Sends letters through SES.
pub struct Mailer {
    ses: aws_sdk_sesv2::Client,
    from: String,
    configuration_set: Option<String>,
    service_name: String,
    templates: Templates,
}

impl Mailer {
    pub fn new(ses: aws_sdk_sesv2::Client, settings: MailerSettings) -> Self {
        let MailerSettings {
            from,
            configuration_set,
            service_name,
        } = settings;
        Self {
            ses,
            from: header::mailbox(&from),
            configuration_set,
            service_name,
            templates: Templates::default(),
        }
    }

    /// Writes letters with templates other than the built-in ones.
    #[must_use]
    pub fn with_templates(self, templates: Templates) -> Self {
        Self { templates, ..self }
    }

    /// Returns when SES has taken the letter over; whether it arrives, SES tells later.
    pub async fn send(&self, to: &EmailAddress, letter: &Letter) -> Result<(), MailerError> {
        let kind = letter.kind();
        let rendered = self.templates.render(letter, &self.service_name).map_err(|error| {
            tracing::error!(mail.kind = kind, %error, "a built-in template does not render");
            MailerError::Rejected
        })?;
        let request = self
            .ses
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .set_configuration_set_name(self.configuration_set.clone())
            .email_tags(tag(kind)?)
            .content(content(rendered)?);
        usage::record_call(Service::Ses);
        // What SES says in words is not logged: it quotes the recipient's address.
        // On the heap, because the future of a call is 20 kB, and every future that awaits it would hold them.
        match Box::pin(request.send()).await {
            Ok(sent) => {
                tracing::info!(
                    mail.kind = kind,
                    ses.message_id = sent.message_id(),
                    "SES took a letter"
                );
                Ok(())
            }
            Err(error) => {
                let request_id = error.request_id();
                tracing::warn!(
                    mail.kind = kind,
                    ses.code = error.code(),
                    ses.request_id = request_id,
                    "SES took no letter"
                );
                Err(error.into())
            }
        }
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

fn tag(kind: &str) -> Result<MessageTag, BuildError> {
    MessageTag::builder().name(KIND_TAG).value(kind).build()
}

fn content(Rendered { subject, text, html }: Rendered) -> Result<EmailContent, BuildError> {
    // Keeps holiday notices from answering (RFC 3834).
    let automatic = MessageHeader::builder()
        .name("Auto-Submitted")
        .value("auto-generated")
        .build()?;
    let body = Body::builder().text(utf8(text)?).html(utf8(html)?).build();
    let message = Message::builder()
        .subject(utf8(subject)?)
        .body(body)
        .headers(automatic)
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

fn utf8(data: String) -> Result<Content, BuildError> {
    Content::builder().charset("UTF-8").data(data).build()
}
