//! On whose behalf keys change: the guard of every change, with its condition and its fact in the commit.

use jiff::Timestamp;

use crate::audit;
use crate::domain::audit::{Actor, ActorKind, Fact};
use crate::domain::signing_key::Ring;
use crate::operations::administration::administrator::Administrator;
use crate::operations::platform_administrators::authenticate_administrator::AdminCaller;
use crate::operations::prelude::*;
use crate::store::Changes;

/// The operator of the service, an administrator of the platform, or the schedule.
#[derive(Debug, Clone)]
pub struct KeyKeeper(Keeper);

#[derive(Debug, Clone)]
enum Keeper {
    Operator,
    Administrator(Box<AdminCaller>),
    Schedule,
}

impl From<Administrator> for KeyKeeper {
    fn from(_: Administrator) -> Self {
        Self(Keeper::Operator)
    }
}

impl From<&AdminCaller> for KeyKeeper {
    fn from(caller: &AdminCaller) -> Self {
        Self(Keeper::Administrator(Box::new(caller.clone())))
    }
}

impl KeyKeeper {
    pub(super) fn schedule() -> Self {
        Self(Keeper::Schedule)
    }

    /// Adds the condition that an administrator is as read, with a live session, and the fact if `task` is done by it.
    pub(super) fn permit(&self, changes: Changes, ring: Ring, task: Option<&'static str>) -> Changes {
        let fact = task.map(|task| self.changed(ring, task));
        let changes = fact.into_iter().fold(changes, Changes::fact);
        match &self.0 {
            Keeper::Administrator(caller) => changes.require_admin(&caller.admin, caller.session.id),
            Keeper::Operator | Keeper::Schedule => changes,
        }
    }

    /// Reads an administrator again after a commit that was lost, which a change of the administrator may have caused.
    pub(super) async fn reload(&mut self, core: &Core, now: Timestamp) -> Result<(), Interruption> {
        if let Keeper::Administrator(caller) = &mut self.0 {
            **caller = core.reload_admin(caller, now).await?;
        }
        Ok(())
    }

    fn changed(&self, ring: Ring, task: &'static str) -> Fact {
        let kind = match &self.0 {
            Keeper::Operator => ActorKind::Operator,
            Keeper::Schedule => ActorKind::Schedule,
            Keeper::Administrator(_) => ActorKind::Administrator,
        };
        // An administrator is the actor of the request.
        audit::act_as(Actor::nameless(kind));
        Fact::SigningKeysChanged {
            action: task.to_owned(),
            ring,
        }
    }
}
