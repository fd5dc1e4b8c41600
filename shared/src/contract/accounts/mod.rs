//! The `accounts` contract: every answer is an envelope `{result, message, data}`. Served so far: the address to which SNS posts
//! reports on mail.

mod body;
mod failure;
mod wire;

pub use body::PlainText;
pub use failure::{ErrorCode, Failure};
pub use wire::{MailEventReceipt, Success};
