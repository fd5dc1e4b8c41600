//! What SES reports of mail, on its way from SNS to its effect.
//!
//! It arrives in two ways: by Lambda's own trigger, which IAM authorizes (`trigger`), and at a public endpoint, where
//! each message is verified (`accounts`). `invocation` distinguishes the two, `message` is what they have in common.
//! The effect of a report is the operation's: [`Core::record_mail_event`](shared::operations::Core::record_mail_event).

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

/// With another idea of who SNS is than the one that is deployed.
pub fn routes_trusting(verifier: Verifier) -> Router<AppState> {
    accounts::routes(Arc::new(verifier))
}
