//! The principals who administer policy rules: an owner or administrator of the organization that the session acts for,
//! and an administrator of the platform for any organization.

use jiff::Timestamp;

use crate::domain::audit::Fact;
use crate::domain::{OrganizationId, OrganizationRole, OrganizationStatus, RateLimit};
use crate::operations::attempts::{Attempts, Lost};
use crate::operations::catalogue::{CatalogueError, Keeper};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_administrators::admin_attempts::AdminAttempts;
use crate::operations::prelude::*;
use crate::store::Changes;

/// Who administers policy rules.
#[derive(Debug)]
pub enum PolicyKeeper {
    /// A user, for the organization that the session acts for.
    Member(Box<Caller>),
    /// An administrator of the platform, whose request was counted when it was authenticated.
    Administrator(Box<AdminCaller>),
}

/// The attempts of one action on the rules of one organization.
#[derive(Debug)]
pub(in crate::operations) enum PolicyAttempts<'a> {
    Member {
        action: &'static str,
        attempts: Attempts<'a>,
    },
    Administrator {
        organization: OrganizationId,
        attempts: AdminAttempts<'a>,
    },
}

impl PolicyKeeper {
    /// The organization whose rules the request is about; `None`: all of them. `wanted` is the one that the request
    /// names, which counts only for an administrator of the platform.
    pub(in crate::operations) fn organization(
        &self,
        wanted: Option<OrganizationId>,
    ) -> Result<Option<OrganizationId>, CatalogueError> {
        match self {
            Self::Member(caller) => kept_by(caller).map(Some),
            Self::Administrator(_) => Ok(wanted),
        }
    }
}

impl Core {
    /// Counts the request of a user. That of an administrator is counted already.
    pub(super) async fn count_policy_request(&self, keeper: &PolicyKeeper, now: Timestamp) -> Result<(), Interruption> {
        match keeper {
            PolicyKeeper::Member(caller) => self.limit_rate(RateLimit::USER, caller.user.id, now).await,
            PolicyKeeper::Administrator(_) => Ok(()),
        }
    }

    /// Begins an action on the rules of an organization, in a request that was counted.
    pub(super) async fn keep_policies(
        &self,
        keeper: &PolicyKeeper,
        organization: OrganizationId,
        action: &'static str,
        now: Timestamp,
    ) -> Result<PolicyAttempts<'_>, CatalogueError> {
        let found = self.store.find_organization(organization).await?;
        Ok(match keeper {
            PolicyKeeper::Member(caller) => {
                found.ok_or(CatalogueError::NotPermitted)?;
                PolicyAttempts::Member {
                    action,
                    attempts: self.uncounted_attempts(&**caller, now),
                }
            }
            PolicyKeeper::Administrator(caller) => {
                found.ok_or(CatalogueError::UnknownOrganization)?;
                PolicyAttempts::Administrator {
                    organization,
                    attempts: self.admin_attempts(caller, action, now),
                }
            }
        })
    }

    /// The same for a rule that the request names by its id. The rule of another organization is answered like one that
    /// does not exist.
    pub(super) async fn keep_policy(
        &self,
        keeper: &PolicyKeeper,
        organization: OrganizationId,
        action: &'static str,
        now: Timestamp,
    ) -> Result<PolicyAttempts<'_>, CatalogueError> {
        self.count_policy_request(keeper, now).await?;
        let unknown = CatalogueError::NotFound("Policy rule");
        if keeper.organization(Some(organization))? != Some(organization) {
            return Err(unknown);
        }
        match self.keep_policies(keeper, organization, action, now).await {
            Err(CatalogueError::UnknownOrganization) => Err(unknown),
            attempts => attempts,
        }
    }
}

/// The organization that the session acts for, if the user administers it.
fn kept_by(caller: &Caller) -> Result<OrganizationId, CatalogueError> {
    let active = caller.session.active_organization;
    let membership = active.and_then(|id| caller.user.membership(id));
    let keeping = membership.filter(|membership| match membership.roles.standing() {
        OrganizationRole::Owner | OrganizationRole::Admin => true,
        OrganizationRole::Member => false,
    });
    keeping
        .map(|membership| membership.organization_id)
        .ok_or(CatalogueError::NotPermitted)
}

impl Keeper for PolicyAttempts<'_> {
    fn now(&self) -> Timestamp {
        match self {
            Self::Member { attempts, .. } => attempts.now(),
            Self::Administrator { attempts, .. } => attempts.retries.now,
        }
    }

    fn catalogue(&self) -> Result<Option<OrganizationId>, CatalogueError> {
        match self {
            Self::Member { attempts, .. } => kept_by(&attempts.caller()).map(Some),
            Self::Administrator { organization, .. } => Ok(Some(*organization)),
        }
    }

    async fn commit(&mut self, subject: &str, changes: Changes) -> Result<bool, Lost> {
        // An organization that is being deleted must not leave a rule behind.
        let live = |changes: Changes, id| changes.require_status(id, OrganizationStatus::Active);
        let (action, attempts) = match self {
            Self::Administrator { organization, attempts } => {
                return attempts.commit(subject, live(changes, *organization)).await;
            }
            Self::Member { action, attempts } => (action, attempts),
        };
        let caller = attempts.caller();
        let changes = match caller.session.active_organization {
            Some(id) => live(changes, id),
            None => changes,
        };
        let acted = Fact::AdministratorActed {
            action: (*action).to_owned(),
            user: None,
            organization: caller.session.active_organization,
            subject: Some(subject.to_string()),
            roles: None,
        };
        attempts.commit(changes.fact(acted)).await
    }
}
