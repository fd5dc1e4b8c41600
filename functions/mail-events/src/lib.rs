//! Processing of the reports on mail that SES publishes through SNS.
//!
//! Reports arrive in two ways: by Lambda's own trigger, which IAM authorizes (`trigger`), and at a public endpoint,
//! which verifies each message (`accounts`). `invocation` distinguishes the two, and `message` is what they share. The
//! effect of a report is an operation: [`Core::record_mail_event`](shared::operations::Core::record_mail_event).

mod accounts;
mod invocation;
mod message;
mod trigger;

use std::sync::Arc;

use axum::Router;
use shared::http::AppState;
use shared::operations::sns::Verifier;

pub use invocation::{Function, InvocationError};
pub use message::TakeError;
pub use trigger::{TriggerError, handle_sns};

pub fn routes(state: &AppState) -> Router<AppState> {
    routes_trusting(Verifier::new(state.config.mail_topics.clone()))
}

/// The routes with another verifier of SNS messages than the deployed one.
pub fn routes_trusting(verifier: Verifier) -> Router<AppState> {
    accounts::routes(Arc::new(verifier))
}
