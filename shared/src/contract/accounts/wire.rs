//! The structs of the `accounts` contract.

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

/// What became of a message of SNS.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MailEventReceipt {
    pub message_id: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// For notifications that the document knows.
    pub notification_type: Option<&'static str>,
    /// Whether it brought anything about: not if it was seen before, or says nothing that matters here.
    pub handled: bool,
}
