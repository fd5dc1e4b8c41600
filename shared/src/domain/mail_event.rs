//! The events that SES reports about a mail after it has accepted the mail. The effect of a report on the address is in
//! [`deliverability`](super::deliverability). The wire format of reports is not part of the domain.

use std::fmt;

use jiff::Timestamp;

use super::email::EmailAddress;

/// A report about one mail and some of its recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailEvent {
    pub message_id: MessageId,
    pub kind: MailEventKind,
    /// The recipients of the mail that the report names. Other addresses in a report have no effect: a recipient may
    /// have forwarded the mail, and a mail server may write any address into its report.
    pub recipients: Vec<EmailAddress>,
    /// The time of the event by the clock of SES.
    pub at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailEventKind {
    Bounce {
        permanence: Permanence,
        reason: Label,
    },
    /// The recipient gave the mailbox provider feedback about the mail, usually that it is spam.
    Complaint {
        /// The feedback type (RFC 5965), if the provider reported one.
        feedback: Option<Label>,
    },
    /// The recipient's mail server accepted the mail.
    Delivery,
    /// SES found a virus in the mail.
    Reject,
    /// The recipient's mail server does not accept the mail yet. SES retries.
    DeliveryDelay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permanence {
    Permanent,
    Transient,
    Undetermined,
}

impl MailEventKind {
    /// The name identifies a report about one mail and one recipient, which makes processing idempotent: a second
    /// report of the same name is a duplicate.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Bounce {
                permanence: Permanence::Permanent,
                ..
            } => "permanent-bounce",
            Self::Bounce {
                permanence: Permanence::Transient,
                ..
            } => "transient-bounce",
            Self::Bounce {
                permanence: Permanence::Undetermined,
                ..
            } => "undetermined-bounce",
            Self::Complaint { .. } if self.is_praise() => "not-spam",
            Self::Complaint { .. } => "complaint",
            Self::Delivery => "delivery",
            Self::Reject => "reject",
            Self::DeliveryDelay => "delivery-delay",
        }
    }

    /// The reason of the bounce or complaint, if the report contains one.
    pub fn reason(&self) -> Option<&Label> {
        match self {
            Self::Bounce { reason, .. } => Some(reason),
            Self::Complaint { feedback } => feedback.as_ref(),
            Self::Delivery | Self::Reject | Self::DeliveryDelay => None,
        }
    }

    /// Whether the mailbox was full, by the name that SES has for it.
    pub fn is_full_mailbox(&self) -> bool {
        matches!(
            self,
            Self::Bounce { permanence: Permanence::Transient, reason } if reason.as_str() == "MailboxFull"
        )
    }

    /// Whether the feedback is of the type `not-spam`, which withdraws an earlier complaint (RFC 5965, section 7.3).
    pub fn is_praise(&self) -> bool {
        matches!(self, Self::Complaint { feedback: Some(feedback) } if feedback.as_str() == "not-spam")
    }
}

/// The id that SES assigned to a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageId(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a message id")]
pub struct InvalidMessageId;

impl MessageId {
    const LONGEST: usize = 128;

    pub fn parse(text: &str) -> Result<Self, InvalidMessageId> {
        let is_sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if (1..=Self::LONGEST).contains(&text.len()) && text.bytes().all(is_sound) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidMessageId)
        }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for MessageId {
    type Err = InvalidMessageId;

    fn from_str(text: &str) -> Result<Self, InvalidMessageId> {
        Self::parse(text)
    }
}

/// A keyword from an external vocabulary that is stored and shown, such as `MailboxFull`. Its characters cannot form an
/// e-mail address or markup.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label(String);

impl Label {
    const LONGEST: usize = 64;

    /// The text without the characters that a label cannot contain. `None` means that no characters remain.
    pub fn of(text: &str) -> Option<Self> {
        let is_sound = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        let label: String = text.chars().filter(is_sound).take(Self::LONGEST).collect();
        (!label.is_empty()).then_some(Self(label))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be a label without changes.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a label")]
pub struct InvalidLabel;

impl std::str::FromStr for Label {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        Self::of(text).filter(|label| label.0 == text).ok_or(InvalidLabel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_fits_into_a_key() {
        let id = "0100019c14b5e1c2-6a3e1f60-8c3b-4f7e-9a55-0d6f1f2b7c11-000000";
        assert_eq!(MessageId::parse(id).map(|id| id.to_string()), Ok(id.to_owned()));
        for text in ["", "a#b", "a b", "a\nb", "ä", &"a".repeat(129)] {
            assert_eq!(MessageId::parse(text), Err(InvalidMessageId), "{text:?}");
        }
    }

    #[test]
    fn a_label_keeps_nothing_but_its_letters() {
        let label = |text| Label::of(text).map(|label| label.to_string());
        assert_eq!(label("MailboxFull"), Some("MailboxFull".to_owned()));
        assert_eq!(label("<ada@example.com>\n"), Some("adaexamplecom".to_owned()));
        assert_eq!(label("<>"), None);
        assert_eq!(label(&"a".repeat(100)), Some("a".repeat(64)));
    }
}
