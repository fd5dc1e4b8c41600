//! The assurance of a caller's session, as a value. An operation that changes who can sign in, or what an administrator
//! may do to other users, takes an [`Assured`] caller instead of a [`Caller`], so neither a handler nor the operation can
//! omit the check. Signing in again and verifying the second factor are the step-up (NIST SP 800-63B, section 4).

use std::marker::PhantomData;
use std::ops::Deref;

use jiff::Timestamp;

use crate::domain::session::SessionLifetimes;
use crate::operations::prelude::*;

/// What an operation requires of a live session.
pub trait Level: Send + Sync + 'static {
    /// Fails with [`Interruption::Impersonated`], [`Interruption::SecondFactorNotShown`] or
    /// [`Interruption::SessionNotFresh`].
    fn check(caller: &Caller, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), Interruption>;
}

/// The user has signed in within [`SessionLifetimes::fresh_age`].
#[derive(Debug, Clone, Copy)]
pub enum Fresh {}

/// A user with a second factor has verified it in this session since it was turned on. For an impersonation, the
/// administrator has verified their own.
#[derive(Debug, Clone, Copy)]
pub enum SecondFactor {}

/// [`SecondFactor`], and the user in person: neither an impersonation nor an API key, because the effect of the
/// operation would outlast them. Sufficient for an operation that takes the current password.
#[derive(Debug, Clone, Copy)]
pub enum InPerson {}

/// [`InPerson`] and [`Fresh`].
#[derive(Debug, Clone, Copy)]
pub enum StepUp {}

/// A caller whose session has the level `L`.
#[derive(Debug, Clone)]
pub struct Assured<L> {
    caller: Caller,
    level: PhantomData<L>,
}

impl<L> Deref for Assured<L> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Core {
    pub fn assure<L: Level>(&self, caller: Caller, now: Timestamp) -> Result<Assured<L>, Interruption> {
        L::check(&caller, &self.settings.sessions, now)?;
        Ok(Assured {
            caller,
            level: PhantomData,
        })
    }
}

impl Level for Fresh {
    fn check(caller: &Caller, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), Interruption> {
        if caller.session.is_fresh(lifetimes, now) {
            Ok(())
        } else {
            Err(Interruption::SessionNotFresh)
        }
    }
}

impl Level for SecondFactor {
    fn check(caller: &Caller, _: &SessionLifetimes, _: Timestamp) -> Result<(), Interruption> {
        if caller.session.impersonator.is_some() || caller.session.may_manage_credentials(&caller.user) {
            Ok(())
        } else {
            Err(Interruption::SecondFactorNotShown)
        }
    }
}

impl Level for InPerson {
    fn check(caller: &Caller, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), Interruption> {
        caller.expect_in_person()?;
        if caller.session.is_of_api_key() {
            return Err(Interruption::SessionNotFresh);
        }
        SecondFactor::check(caller, lifetimes, now)
    }
}

impl Level for StepUp {
    fn check(caller: &Caller, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), Interruption> {
        InPerson::check(caller, lifetimes, now)?;
        Fresh::check(caller, lifetimes, now)
    }
}

/// The caller of an operation, with what the operation requires of the session. The requirement is checked again
/// whenever the caller is read again.
pub(in crate::operations) trait Requester {
    fn caller(&self) -> &Caller;

    fn check(caller: &Caller, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), Interruption>;
}

impl Requester for Caller {
    fn caller(&self) -> &Caller {
        self
    }

    fn check(_: &Caller, _: &SessionLifetimes, _: Timestamp) -> Result<(), Interruption> {
        Ok(())
    }
}

impl<L: Level> Requester for Assured<L> {
    fn caller(&self) -> &Caller {
        self
    }

    fn check(caller: &Caller, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), Interruption> {
        L::check(caller, lifetimes, now)
    }
}
