//! Responses of the `accounts` contract.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Success<T> {
    result: &'static str,
    message: &'static str,
    data: T,
}

impl<T> Success<T> {
    pub fn new(data: T) -> Self {
        Self {
            result: "SUCCESS",
            message: "Operation succeeded",
            data,
        }
    }
}

/// The result of processing an SNS message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailEventReceipt {
    pub message_id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Present for the types of notification that the document defines.
    pub notification_type: Option<&'static str>,
    /// Whether the message had an effect: `false` for a duplicate and for an irrelevant message.
    pub handled: bool,
}
