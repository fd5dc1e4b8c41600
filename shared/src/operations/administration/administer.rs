//! The guard of every administrator's action on other users: it checks the administrator's permission in each attempt,
//! commits under the condition that the administrator still has it, and writes the audit record.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::audit::Fact;
use crate::domain::{GivenRoles, RateLimit, User, UserId, UserPermission, admin_roles};
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::attempts::Attempts;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, Level};
use crate::store::Changes;

/// An action of an administrator, and what it requires.
#[derive(Debug, Clone, Copy)]
pub(in crate::operations) struct AdminAction<'a> {
    /// The name in the audit record.
    pub name: &'static str,
    pub requires: &'a [UserPermission],
    /// The roles that the action gives to a user.
    pub gives: Option<&'a GivenRoles>,
}

/// The attempts of an administrator's action. If two administrators remove each other's role at the same time, one of
/// them is rejected.
#[derive(Debug)]
pub(in crate::operations) struct Administration<'a> {
    action: AdminAction<'a>,
    attempts: Attempts<'a>,
}

impl<'a> AdminAction<'a> {
    pub(in crate::operations) fn new(name: &'static str, requires: &'a [UserPermission]) -> Self {
        Self {
            name,
            requires,
            gives: None,
        }
    }
}

impl Core {
    /// Begins an action. An action that changes something requires the level `StepUp`, and one that reads
    /// `SecondFactor`. The permission is checked before anything is read, so that a caller without it cannot
    /// enumerate users.
    pub(in crate::operations) async fn administer<'a, L: Level>(
        &'a self,
        caller: &Assured<L>,
        action: AdminAction<'a>,
        now: Timestamp,
    ) -> Result<Administration<'a>, AdministerUserError> {
        let administration = Administration {
            action,
            attempts: self.uncounted_attempts(caller, now),
        };
        administration.administrator()?;
        self.limit_rate(RateLimit::ADMIN, caller.user.id, now).await?;
        Ok(administration)
    }
}

impl<'a> Administration<'a> {
    /// The administrator as of this attempt, who has the permission.
    pub(in crate::operations) fn administrator(&self) -> Result<Arc<Caller>, AdministerUserError> {
        let (core, caller) = (self.attempts.retries.core, self.attempts.caller());
        for permission in self.action.requires {
            core.permit(&caller, *permission)?;
        }
        if let Some(given) = self.action.gives {
            core.permit_roles(&caller, given)?;
        }
        Ok(caller)
    }

    /// Rejects an action of administrators on themselves.
    pub(in crate::operations) fn expect_other(
        &self,
        id: UserId,
        permission: UserPermission,
    ) -> Result<(), AdministerUserError> {
        if self.attempts.caller().user.id == id {
            Err(AdministerUserError::Yourself(permission))
        } else {
            Ok(())
        }
    }

    /// The user as just read, if the administrator may act on them.
    pub(in crate::operations) async fn target(&self, id: UserId) -> Result<User, AdministerUserError> {
        let (core, administrator) = (self.attempts.retries.core, self.administrator()?);
        let user = core.store.find_user(id).await?;
        let user = user.ok_or(AdministerUserError::UserNotFound)?;
        if !core.settings.admin_roles.outranks(&administrator.user, &user) {
            return Err(AdministerUserError::Outranked);
        }
        if self.action.gives.is_some() && admin_roles::is_super(&user) {
            return Err(AdministerUserError::RoleOfOperator);
        }
        Ok(user)
    }

    /// Commits the changes to the user while the administrator has the permission. `false`: the commit lost a race, so
    /// the caller of this function must decide again.
    pub(in crate::operations) async fn commit(
        &mut self,
        user: UserId,
        changes: Changes,
    ) -> Result<bool, AdministerUserError> {
        let acted = self.acted(user);
        Ok(self.permitted_attempts()?.commit(changes.fact(acted)).await?)
    }

    /// For an action of several commits, the last of which has the fact [`Administration::acted`].
    pub(in crate::operations) fn permitted_attempts(&mut self) -> Result<&mut Attempts<'a>, AdministerUserError> {
        self.administrator()?;
        Ok(&mut self.attempts)
    }

    pub(in crate::operations) fn acted(&self, user: UserId) -> Fact {
        Fact::AdministratorActed {
            action: self.action.name.to_owned(),
            user: Some(user),
            organization: None,
            subject: None,
            roles: self.action.gives.map(ToString::to_string),
        }
    }
}
