//! The text in a message of SNS, from whichever way it came.

use jiff::Timestamp;
use shared::operations::sns::{Malformed, SesMessage};
use shared::operations::{Core, Interruption};

#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// It will never be readable.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The type of the report, if it was one.
    pub report: Option<&'static str>,
    /// Whether it said anything new.
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
