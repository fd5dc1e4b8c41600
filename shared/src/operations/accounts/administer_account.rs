//! The guard of every operation on an account and its users. It decides in each attempt what the caller may do in the
//! account, commits under the condition that the caller still may, and writes the audit record.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::audit::Fact;
use crate::domain::{
    AccessDenied, AccountAuthority, AccountRank, OrganizationId, OrganizationNumber, RateLimit, UserId, admin_roles,
};
use crate::operations::attempts::{Attempts, Lost};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, Level};
use crate::store::{Changes, Conflict};

/// An action on an account or on its users, and the rank that it requires.
#[derive(Debug, Clone, Copy)]
pub(in crate::operations) struct AccountAction {
    /// The name in the audit record.
    pub name: &'static str,
    pub requires: AccountRank,
}

/// The attempts of an action. If two administrators remove each other at the same time, one of them is rejected.
#[derive(Debug)]
pub(in crate::operations) struct AccountAdministration<'a> {
    action: AccountAction,
    organization: OrganizationId,
    attempts: Attempts<'a>,
}

/// A caller who has the rank as of this attempt. Only [`AccountAdministration::administrator`] makes one, and every
/// commit asks for it.
#[derive(Debug, Clone)]
pub(in crate::operations) struct AccountAdministrator {
    pub caller: Arc<Caller>,
    pub authority: AccountAuthority,
}

impl Core {
    /// Begins an action. An action that changes something requires the level `StepUp`, and one that reads
    /// `SecondFactor`.
    pub(in crate::operations) async fn administer_account<L: Level>(
        &self,
        caller: &Assured<L>,
        organization: OrganizationId,
        action: AccountAction,
        now: Timestamp,
    ) -> Result<AccountAdministration<'_>, Interruption> {
        self.limit_rate(RateLimit::ADMIN, caller.user.id, now).await?;
        Ok(self.uncounted_administration(caller, organization, action, now))
    }

    /// The same as a part of an action that has counted the request.
    pub(in crate::operations) fn uncounted_administration<L: Level>(
        &self,
        caller: &Assured<L>,
        organization: OrganizationId,
        action: AccountAction,
        now: Timestamp,
    ) -> AccountAdministration<'_> {
        AccountAdministration {
            action,
            organization,
            attempts: self.uncounted_attempts(caller, now),
        }
    }

    /// The account with the number, if the caller may know that it exists. One of the caller's own needs no read.
    pub(in crate::operations) async fn locate_account(
        &self,
        caller: &Caller,
        number: OrganizationNumber,
    ) -> Result<Option<OrganizationId>, Interruption> {
        let mut own = caller.user.memberships.iter();
        if let Some(own) = own.find(|membership| membership.organization_number == number) {
            return Ok(Some(own.organization_id));
        }
        if admin_roles::is_super(&caller.user) {
            return Ok(self.store.find_organization_number(number).await?);
        }
        Ok(None)
    }
}

impl<'a> AccountAdministration<'a> {
    /// The caller as of this attempt, if they have the rank that the action requires.
    pub(in crate::operations) fn administrator(&self) -> Result<AccountAdministrator, AccessDenied> {
        let caller = self.attempts.caller();
        let authority = AccountAuthority::of(&caller.user, self.organization)?.require(self.action.requires)?;
        Ok(AccountAdministrator { caller, authority })
    }

    /// Commits the changes while the administrator is as they were read. `false`: the commit lost a race, so the caller
    /// of this function must decide again. `user` is the user whom the changes concern.
    pub(in crate::operations) async fn commit(
        &mut self,
        administrator: &AccountAdministrator,
        user: Option<UserId>,
        changes: Changes,
    ) -> Result<bool, Lost> {
        let changes = self.guarded(administrator, changes.fact(self.acted(user)));
        self.attempts.commit(changes).await
    }

    /// A read-only account is changed by super administrators alone.
    pub(in crate::operations) fn guarded(&self, administrator: &AccountAdministrator, changes: Changes) -> Changes {
        if administrator.authority.is_super() {
            changes
        } else {
            changes.require_writable(self.organization, self.attempts.now())
        }
    }

    /// Waits before the next attempt after a race that the operation detected itself, and reads the caller again.
    pub(in crate::operations) async fn back_off(&mut self) -> Result<(), Interruption> {
        self.attempts.back_off(Conflict::OrganizationMoved).await
    }

    /// For an action of several commits, the last of which has the fact [`AccountAdministration::acted`].
    pub(in crate::operations) fn permitted_attempts(&mut self, _: &AccountAdministrator) -> &mut Attempts<'a> {
        &mut self.attempts
    }

    pub(in crate::operations) fn acted(&self, user: Option<UserId>) -> Fact {
        Fact::AdministratorActed {
            action: self.action.name.to_owned(),
            user,
            organization: Some(self.organization),
            subject: None,
            roles: None,
        }
    }
}
