//! Mails, their templates, and sending through SES.
//!
//! [`Letter`] is the data of a mail, and `wording` what it says in a language; `templates` renders that as a subject, a text
//! and HTML; `words` and `header` restrict text from users in it; `suppression_list` manages the addresses that SES does not send to. Operations
//! decide when and to whom a mail is sent. This is the only module that names types of the SES client.

mod error;
#[cfg(test)]
mod fixture;
mod header;
mod letter;
mod suppression_list;
mod templates;
#[cfg(test)]
mod tests;
mod wording;
mod words;

use std::fmt;

use aws_sdk_sesv2::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sesv2::operation::RequestId;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag};

pub use error::MailerError;
pub use header::{address_of, encoded as encoded_header};
pub use letter::Letter;
pub use suppression_list::AccountSuppressionList;

use crate::domain::{Brand, EmailAddress, Language, MailTemplate};
use crate::usage::{self, Service};
use templates::Rendered;

/// The tag that contains a mail's kind, for consumers of SES events.
const KIND_TAG: &str = "kind";

#[derive(Debug, Clone)]
pub struct MailerSettings {
    /// The sender (RFC 5322), such as `Ostiary <no-reply@example.com>`.
    pub from: String,
    /// The SES configuration set, which determines where SES reports bounces and complaints.
    pub configuration_set: Option<String>,
    /// The name, the logo and the color of the service in mails.
    pub brand: Brand,
}

/// Sends mails through SES.
pub struct Mailer {
    ses: aws_sdk_sesv2::Client,
    from: String,
    configuration_set: Option<String>,
    brand: Brand,
}

impl Mailer {
    pub fn new(ses: aws_sdk_sesv2::Client, settings: MailerSettings) -> Self {
        let MailerSettings {
            from,
            configuration_set,
            brand,
        } = settings;
        Self {
            ses,
            from: header::mailbox(&from),
            configuration_set,
            brand,
        }
    }

    /// Returns when SES has accepted the mail; SES reports delivery later. `language` is that of the recipient, and
    /// `template` the one that administrators keep for the mail. A mail does not get lost by its template: if that does not render, or SES does not accept its
    /// sender, the mail is sent without it.
    ///
    /// An address of an earlier release, whose syntax was wider, could be read by SES as a list of addresses, so it is
    /// refused.
    pub async fn send(
        &self,
        to: &EmailAddress,
        letter: &Letter,
        language: Language,
        template: Option<&MailTemplate>,
    ) -> Result<(), MailerError> {
        let kind = letter.kind();
        if !to.has_valid_syntax() {
            tracing::error!(
                mail.kind = kind,
                "the recipient of a mail is no address that mail is sent to"
            );
            return Err(MailerError::Rejected);
        }
        let administered = template.and_then(|template| Some((template, self.render_administered(letter, template)?)));
        let Some((template, rendered)) = administered else {
            let content = content(self.render_built_in(letter, language)?)?;
            return self.call(to, kind, content, &self.from, None).await;
        };
        let content = content(rendered)?;
        let reply_to = template.reply_to.as_ref();
        let from = self.sender(template);
        let sent = self.call(to, kind, content.clone(), &from, reply_to).await;
        if from == self.from
            || matches!(
                sent,
                Ok(()) | Err(MailerError::AccountHeld { throttled: true } | MailerError::RecipientNotVerified)
            )
        {
            return sent;
        }
        self.call(to, kind, content, &self.from, reply_to).await?;
        usage::record_failed_template();
        tracing::error!(
            mail.kind = kind,
            mail.language = template.language.as_str(),
            "SES does not accept the sender of a template, so a mail was sent with the sender of the deployment"
        );
        Ok(())
    }

    fn render_built_in(&self, letter: &Letter, language: Language) -> Result<Rendered, MailerError> {
        let rendered = templates::render(letter, language, &self.brand);
        rendered.map_err(|error| {
            tracing::error!(mail.kind = letter.kind(), mail.language = %language, %error, "a built-in template does not render");
            MailerError::Rejected
        })
    }

    /// `None` if the template does not render, which is reported.
    fn render_administered(&self, letter: &Letter, template: &MailTemplate) -> Option<Rendered> {
        let rendered = templates::render_administered(letter, template, &self.brand);
        rendered
            .inspect_err(|error| {
                usage::record_failed_template();
                tracing::error!(
                    mail.kind = letter.kind(),
                    mail.language = template.language.as_str(),
                    %error,
                    "a template of administrators does not render, and the built-in one takes its place"
                );
            })
            .ok()
    }

    fn sender(&self, template: &MailTemplate) -> String {
        let address = template.sender_email.as_ref().map(EmailAddress::as_str);
        header::sender(&self.from, template.sender_name.as_deref(), address)
    }

    async fn call(
        &self,
        to: &EmailAddress,
        kind: &str,
        content: EmailContent,
        from: &str,
        reply_to: Option<&EmailAddress>,
    ) -> Result<(), MailerError> {
        let request = self
            .ses
            .send_email()
            .from_email_address(from)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .set_reply_to_addresses(reply_to.map(|address| vec![address.as_str().to_owned()]))
            .set_configuration_set_name(self.configuration_set.clone())
            .email_tags(tag(kind)?)
            .content(content);
        usage::record_call(Service::Ses);
        // The error message of SES is not logged because it quotes the recipient's address. The future of the call is
        // boxed because it takes 20 kB, which every future that awaits it would contain.
        match Box::pin(request.send()).await {
            Ok(sent) => {
                tracing::info!(
                    mail.kind = kind,
                    ses.message_id = sent.message_id(),
                    "SES accepted a mail"
                );
                Ok(())
            }
            Err(error) => {
                let request_id = error.request_id();
                tracing::warn!(
                    mail.kind = kind,
                    ses.code = error.code(),
                    ses.request_id = request_id,
                    "SES did not accept a mail"
                );
                Err(MailerError::of(&error, to))
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
    // The header suppresses automatic responses such as vacation notices (RFC 3834).
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
