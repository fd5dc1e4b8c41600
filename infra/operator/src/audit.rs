//! Audit events: one line for each task that was started, with actor, task, user and outcome. It holds ids, and of an
//! address only the domain. The item that the task wrote has the same time.

use jiff::Timestamp;
use shared::domain::{EmailAddress, UserId};

use crate::Failure;

/// The target of audit events, which every log level includes.
pub(crate) const TARGET: &str = "audit";

/// The actor, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The access key that signed the requests to DynamoDB. `CloudTrail` has its owner.
    AccessKey(String),
    /// The invocation. `CloudTrail` has its caller, if data events of functions are logged.
    Invocation(String),
    /// A user with write access to the data folder.
    DataFolder,
}

pub(crate) fn record(
    actor: &Actor,
    task: &'static str,
    address: Option<&EmailAddress>,
    user: Option<&UserId>,
    failure: Option<&Failure>,
    at: Timestamp,
) {
    let (via, id) = match actor {
        Actor::AccessKey(id) => ("access_key", Some(id)),
        Actor::Invocation(id) => ("invocation", Some(id)),
        Actor::DataFolder => ("data_folder", None),
    };
    tracing::info!(
        target: TARGET,
        task,
        outcome = failure.map_or("Done", Failure::kind),
        %at,
        actor.via = via,
        actor.id = id,
        email = address.map(tracing::field::debug),
        user.id = user.map(tracing::field::display),
        "an operator acted"
    );
}
