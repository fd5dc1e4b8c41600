//! Audit records: one for each task that was started, with actor, task, user and outcome, besides those of what the task
//! has changed.

use std::future::Future;

use jiff::Timestamp;
use shared::audit;
use shared::domain::UserId;
use shared::domain::audit::{self as domain, ActorKind, Fact, Origin};

use crate::Failure;

/// The target of audit records, which every log level includes.
pub(crate) use shared::audit::TARGET;

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

impl Actor {
    fn via(&self) -> &'static str {
        match self {
            Self::AccessKey(_) => "access_key",
            Self::Invocation(_) => "invocation",
            Self::DataFolder => "data_folder",
        }
    }

    fn id(&self) -> Option<String> {
        match self {
            Self::AccessKey(id) | Self::Invocation(id) => Some(id.clone()),
            Self::DataFolder => None,
        }
    }

    /// Runs work of the operator, whose records have this actor.
    pub(crate) async fn act<F: Future>(&self, at: Timestamp, work: F) -> F::Output {
        let actor = domain::Actor {
            id: self.id(),
            ..domain::Actor::nameless(ActorKind::Operator)
        };
        let acting = async {
            audit::act_as(actor);
            work.await
        };
        // The futures of the tasks are large.
        Box::pin(audit::within(Origin::default(), at, acting)).await.0
    }
}

/// Writes the record of a task. It belongs into [`Actor::act`].
pub(crate) fn record(actor: &Actor, task: &'static str, user: Option<&UserId>, failure: Option<&Failure>) {
    audit::record(Fact::OperatorActed {
        task,
        result: failure.map_or("Done", Failure::kind),
        user: user.copied(),
        via: actor.via(),
    });
}
