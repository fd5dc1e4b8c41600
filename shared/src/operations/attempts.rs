//! Optimistic concurrency control, in one place: an operation reads, decides, and commits under the condition that
//! nothing that it read has changed. When the commit loses a race, the operation reads and decides again, after a
//! pause.
//!
//! [`Attempts`] belongs to an operation of a signed-in caller. It adds to every commit the condition that the caller is
//! unchanged: roles, memberships, session and second factor. [`Retries`] is the same without a caller.

use std::sync::Arc;

use jiff::Timestamp;

use crate::backoff::Backoff;
use crate::domain::RateLimit;
use crate::domain::session::SessionLifetimes;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::sessions::assurance::Requester;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict, StoreError};

/// The reason why a commit failed, other than a lost race.
#[derive(Debug)]
pub(in crate::operations) enum Lost {
    /// A condition failed that another attempt would not meet either. The operation explains it.
    Refused(Conflict),
    Interrupted(Interruption),
}

impl From<Interruption> for Lost {
    fn from(interruption: Interruption) -> Self {
        Self::Interrupted(interruption)
    }
}

impl From<StoreError> for Lost {
    fn from(error: StoreError) -> Self {
        Self::Interrupted(error.into())
    }
}

/// For operations in which no conflict needs an explanation.
impl From<Lost> for Interruption {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Refused(conflict) => CommitError::Conflict(conflict).into(),
            Lost::Interrupted(interruption) => interruption,
        }
    }
}

/// The attempts of an operation without a caller, or whose caller may have changed in the meantime.
#[derive(Debug)]
pub(in crate::operations) struct Retries<'a> {
    pub(in crate::operations) core: &'a Core,
    pub(in crate::operations) now: Timestamp,
    backoff: Backoff,
}

/// The attempts of an operation that a caller requests.
#[derive(Debug)]
pub(in crate::operations) struct Attempts<'a> {
    pub(in crate::operations) retries: Retries<'a>,
    caller: Arc<Caller>,
    /// What the operation requires of the session, see [`Requester::check`].
    check: fn(&Caller, &SessionLifetimes, Timestamp) -> Result<(), Interruption>,
}

/// What can commit in attempts, for operations that users and administrators of the platform have in common.
pub(in crate::operations) trait Committing {
    fn now(&self) -> Timestamp;

    async fn commit(&mut self, changes: Changes) -> Result<bool, Lost>;

    async fn back_off(&mut self, conflict: Conflict) -> Result<(), Interruption>;
}

impl Committing for Attempts<'_> {
    fn now(&self) -> Timestamp {
        Attempts::now(self)
    }

    async fn commit(&mut self, changes: Changes) -> Result<bool, Lost> {
        Attempts::commit(self, changes).await
    }

    async fn back_off(&mut self, conflict: Conflict) -> Result<(), Interruption> {
        Attempts::back_off(self, conflict).await
    }
}

impl Core {
    /// Begins an operation of a user, which counts against the user's rate limit.
    pub(in crate::operations) async fn attempts<R: Requester>(
        &self,
        caller: &R,
        now: Timestamp,
    ) -> Result<Attempts<'_>, Interruption> {
        self.limit_rate(RateLimit::USER, caller.caller().user.id, now).await?;
        Ok(self.uncounted_attempts(caller, now))
    }

    /// The same for an operation that has counted the request against another limit.
    pub(in crate::operations) fn uncounted_attempts<R: Requester>(&self, caller: &R, now: Timestamp) -> Attempts<'_> {
        Attempts {
            retries: self.retries(now),
            caller: Arc::new(caller.caller().clone()),
            check: R::check,
        }
    }

    pub(in crate::operations) fn retries(&self, now: Timestamp) -> Retries<'_> {
        Retries {
            core: self,
            now,
            backoff: Backoff::new(),
        }
    }

    /// The caller as currently stored.
    pub(in crate::operations) async fn reload_caller(
        &self,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<Caller, Interruption> {
        let reloaded = if caller.session.is_of_api_key() {
            self.reload_caller_of_key(caller, now).await?
        } else {
            self.reload_caller_of_session(caller, now).await?
        };
        reloaded.ok_or(Interruption::SessionGone)
    }

    async fn reload_caller_of_session(&self, caller: &Caller, now: Timestamp) -> Result<Option<Caller>, StoreError> {
        let found = self.store.find_session(caller.user.id, caller.session.id).await?;
        let live = self.if_live(found, now).await?;
        Ok(live.map(|live| Caller::new(live.user, live.session, caller.token.clone())))
    }
}

impl Retries<'_> {
    /// `false`: the commit lost a race, so the operation must read and decide again.
    pub(in crate::operations) async fn commit(&mut self, changes: Changes) -> Result<bool, Lost> {
        match self.commit_once(changes).await {
            Ok(()) => Ok(true),
            Err(Lost::Refused(conflict)) if conflict.is_lost_race() => {
                self.back_off(conflict).await?;
                Ok(false)
            }
            Err(lost) => Err(lost),
        }
    }

    /// Waits before the next attempt, or fails as unavailable when the time does not suffice for one. `commit` calls it
    /// by itself; an operation calls it for a conflict that only this operation treats as a lost race, and for a race
    /// that it detected in a read.
    pub(in crate::operations) async fn back_off(&mut self, conflict: Conflict) -> Result<(), Interruption> {
        if self.backoff.pause().await {
            Ok(())
        } else {
            Err(CommitError::Conflict(conflict).into())
        }
    }

    /// For an operation in which a lost race is a result, not a reason for another attempt.
    pub(in crate::operations) async fn commit_once(&self, changes: Changes) -> Result<(), Lost> {
        match self.core.store.commit(changes).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(Conflict::LimitReached(reached))) => Err(Interruption::from(reached).into()),
            Err(CommitError::Conflict(Conflict::OrganizationReadOnly)) => {
                Err(Interruption::OrganizationReadOnly.into())
            }
            Err(CommitError::Conflict(conflict)) => Err(Lost::Refused(conflict)),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }
}

impl Attempts<'_> {
    /// The time of the request.
    pub(in crate::operations) fn now(&self) -> Timestamp {
        self.retries.now
    }

    /// The caller as of this attempt.
    pub(in crate::operations) fn caller(&self) -> Arc<Caller> {
        Arc::clone(&self.caller)
    }

    /// Commits the changes if the caller is unchanged since [`Attempts::caller`] was read. `false`: the commit lost a
    /// race, and the caller was read again, so the operation must decide again.
    pub(in crate::operations) async fn commit(&mut self, changes: Changes) -> Result<bool, Lost> {
        let Attempts { retries, caller, .. } = self;
        match retries
            .commit_once(changes.require_caller(&caller.user, &caller.session))
            .await
        {
            Ok(()) => Ok(true),
            // An API key has no stored session, so a write of its session never succeeds.
            Err(Lost::Refused(Conflict::SessionGone)) if caller.session.is_of_api_key() => {
                Err(Interruption::SessionGone.into())
            }
            Err(Lost::Refused(conflict)) if conflict.is_lost_race() => {
                self.back_off(conflict).await?;
                Ok(false)
            }
            Err(lost) => Err(lost),
        }
    }

    /// Waits before the next attempt, like [`Retries::back_off`], and reads the caller again.
    pub(in crate::operations) async fn back_off(&mut self, conflict: Conflict) -> Result<(), Interruption> {
        let Attempts { retries, caller, check } = self;
        retries.back_off(conflict).await?;
        let reloaded = retries.core.reload_caller(caller, retries.now).await?;
        check(&reloaded, &retries.core.settings.sessions, retries.now)?;
        *caller = Arc::new(reloaded);
        Ok(())
    }
}
