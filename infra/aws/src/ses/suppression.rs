//! The suppression list of the account. Unlike in AWS, mail to an address on it is accepted and put into the mailbox.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::json;

use crate::wire;

/// The reason by address.
#[derive(Debug, Default)]
pub(super) struct SuppressionList(Mutex<BTreeMap<String, String>>);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutSuppressedDestination {
    email_address: String,
    reason: String,
}

impl SuppressionList {
    pub(super) fn put(&self, body: &[u8]) -> Response {
        match serde_json::from_slice::<PutSuppressedDestination>(body) {
            Ok(request) if matches!(&*request.reason, "BOUNCE" | "COMPLAINT") => {
                let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                list.insert(request.email_address, request.reason);
                wire::json(wire::REST_JSON, &json!({}))
            }
            _ => wire::rest_error(
                StatusCode::BAD_REQUEST,
                "BadRequestException",
                "EmailAddress and Reason (BOUNCE or COMPLAINT) are required.",
            ),
        }
    }

    pub(super) fn remove(&self, address: &str) -> Response {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match list.remove(address) {
            Some(_) => wire::json(wire::REST_JSON, &json!({})),
            None => wire::rest_error(
                StatusCode::NOT_FOUND,
                "NotFoundException",
                "Email address does not exist on your suppression list.",
            ),
        }
    }
}
