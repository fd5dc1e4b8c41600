//! One line for each task that was begun: who, what, to whom, and how it ended. As everywhere in the logs it holds ids, and of an
//! address no more than its domain; the item that was written holds the same time.

use jiff::Timestamp;
use shared::domain::{EmailAddress, UserId};

use crate::Failure;

/// The target of the lines. Whatever else is logged, they are.
pub(crate) const TARGET: &str = "audit";

/// Who acts, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The access key whose signature DynamoDB took. `CloudTrail` knows whose it is.
    AccessKey(String),
    /// The invocation. `CloudTrail` knows who made it, when it is told to log those.
    Invocation(String),
    /// Whoever can write to the data folder.
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
