//! The text of an SNS message, for both ways of delivery.

use jiff::Timestamp;
use shared::operations::sns::{Malformed, SesMessage};
use shared::operations::{Core, Interruption};

#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The message is malformed, so a retry cannot succeed.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

/// The result of processing a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The type of the report; `None` if the message was no report.
    pub report: Option<&'static str>,
    /// Whether the report had an effect.
    pub is_new: bool,
}

pub async fn take(core: &Core, text: &str, now: Timestamp) -> Result<Taken, TakeError> {
    match SesMessage::parse(text)? {
        SesMessage::Report { name, event } => Ok(Taken {
            report: Some(name),
            is_new: core.record_mail_event(&event, now).await?,
        }),
        SesMessage::Other => {
            tracing::info!("a message that reports nothing on a mail was let be");
            Ok(Taken {
                report: None,
                is_new: false,
            })
        }
    }
}
