//! The attempts of an action of an administrator of the platform: `attempts` for principals who are no users. Each
//! commit has the condition that the administrator and the session are as read, and a commit writes an audit record.

use std::fmt::Display;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::audit::Fact;
use crate::operations::attempts::{Committing, Lost, Retries};
use crate::operations::platform_administrators::authenticate_administrator::AdminCaller;
use crate::operations::prelude::*;
use crate::store::{Changes, Conflict};

#[derive(Debug)]
pub(in crate::operations) struct AdminAttempts<'a> {
    /// The name of the action in the audit record.
    action: &'static str,
    pub(in crate::operations) retries: Retries<'a>,
    caller: Arc<AdminCaller>,
}

impl Core {
    /// Begins an action. The request was counted when the administrator was authenticated.
    pub(in crate::operations) fn admin_attempts(
        &self,
        caller: &AdminCaller,
        action: &'static str,
        now: Timestamp,
    ) -> AdminAttempts<'_> {
        AdminAttempts {
            action,
            retries: self.retries(now),
            caller: Arc::new(caller.clone()),
        }
    }
}

impl AdminAttempts<'_> {
    /// The administrator as of this attempt.
    pub(in crate::operations) fn caller(&self) -> Arc<AdminCaller> {
        Arc::clone(&self.caller)
    }

    /// Commits the changes if the administrator is unchanged since [`AdminAttempts::caller`] was read, and writes the
    /// audit record. `subject` is what the action is about: an id or a name, never personal data. `false`: the commit
    /// lost a race, and the administrator was read again, so the operation must decide again.
    pub(in crate::operations) async fn commit(
        &mut self,
        subject: impl Display,
        changes: Changes,
    ) -> Result<bool, Lost> {
        let acted = self.acted(subject);
        self.commit_part(changes.fact(acted)).await
    }

    async fn commit_part(&mut self, changes: Changes) -> Result<bool, Lost> {
        let AdminCaller { admin, session } = &*self.caller;
        let is_committed = self.retries.commit(changes.require_admin(admin, session.id)).await?;
        if !is_committed {
            self.reload().await?;
        }
        Ok(is_committed)
    }

    /// Waits before the next attempt, and reads the administrator again.
    pub(in crate::operations) async fn back_off(&mut self, conflict: Conflict) -> Result<(), Interruption> {
        self.retries.back_off(conflict).await?;
        self.reload().await
    }

    async fn reload(&mut self) -> Result<(), Interruption> {
        let reloaded = self.retries.core.reload_admin(&self.caller, self.retries.now).await?;
        self.caller = Arc::new(reloaded);
        Ok(())
    }

    pub(in crate::operations) fn acted(&self, subject: impl Display) -> Fact {
        Fact::AdministratorActed {
            action: self.action.to_owned(),
            user: None,
            organization: None,
            subject: Some(subject.to_string()),
            roles: None,
        }
    }
}

/// For an action of several commits, the last of which has the fact [`AdminAttempts::acted`].
impl Committing for AdminAttempts<'_> {
    fn now(&self) -> Timestamp {
        self.retries.now
    }

    async fn commit(&mut self, changes: Changes) -> Result<bool, Lost> {
        self.commit_part(changes).await
    }

    async fn back_off(&mut self, conflict: Conflict) -> Result<(), Interruption> {
        AdminAttempts::back_off(self, conflict).await
    }
}
