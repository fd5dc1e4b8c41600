//! Brute-force protection: every attempt at a second factor is counted before the factor is verified.

use std::fmt::Display;

use jiff::Timestamp;

use crate::audit;
use crate::domain::audit::Fact;
use crate::domain::two_factor::{Locked, Tally};
use crate::domain::{RateLimit, SessionId, UserId};
use crate::operations::prelude::*;
use crate::operations::second_factor::claimant::Claimant;
use crate::store::{Changes, Counter};

refusals! {
    /// The reasons for which a second factor is not verified, or has no effect although it was right.
    pub enum SecondFactorRefused {
        ChallengeGone: Expired = "the sign-in was completed, has ended or took too long",
        /// Too many attempts at this sign-in with codes that are not mailed, or at this mailed code.
        TooManyAttempts: Limit on CodeExhausted | ChallengeExhausted
            = "too many attempts; a mailed code, or another one, is needed",
        Locked(#[from] Locked): Limit = "{0}",
        /// The password, the sessions or the second factor changed since the app was enrolled.
        EnrolmentEnded: Conflict = "the enrolment of the authenticator has ended",
        /// A user who does not receive the mails could not sign in again.
        EmailNotVerified: Forbidden = "the address is not verified",
    }
}

/// An attempt that was counted before the factor is verified.
#[derive(Debug)]
pub(super) struct CountedAttempt {
    client: Option<Counter>,
    user: UserId,
    session: SessionId,
}

impl CountedAttempt {
    /// Writes the audit record of an attempt that failed.
    pub(super) fn refuse<E: Display>(&self, error: E) -> E {
        audit::record(Fact::SecondFactorFailed {
            user: self.user,
            session: self.session,
            reason: error.to_string(),
        });
        error
    }

    /// A success does not count for the client's address: many people may share it.
    pub(super) fn give_back(&self, changes: Changes) -> Changes {
        match &self.client {
            Some(client) => changes.give_back(client),
            None => changes,
        }
    }
}

impl Core {
    /// Counts an attempt for the account, for the client's address, and for the writes that `count` adds. `seen` is the
    /// account's tally as it was read. The commit of a success gives back what the client's address has counted.
    pub(super) async fn count_attempt(
        &self,
        claimant: &Claimant,
        mut seen: Option<Tally>,
        count: impl Fn(Changes) -> Changes,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<CountedAttempt, SecondFactorRefused> {
        let client = self.counter(RateLimit::SECOND_FACTOR, client_ip, now);
        let client = self.settings.rate_limits.then_some(client);
        let user = claimant.user().id;
        let mut retries = self.retries(now);
        loop {
            let allowed = Tally::allow(seen.as_ref(), now)?;
            let changes = match &client {
                Some(client) => Changes::new().count_event(client),
                None => Changes::new(),
            };
            let changes = count(changes);
            let changes = changes.count_second_factor(user, seen.as_ref(), allowed, now);
            if retries.commit(changes).await? {
                let (user, session) = claimant.ids();
                return Ok(CountedAttempt { client, user, session });
            }
            seen = self.store.find_tally(user).await?;
        }
    }
}

/// For codes without a counter of their own: each sign-in has a limited number of attempts at them.
pub(super) fn count_for_sign_in(claimant: &Claimant, changes: Changes) -> Changes {
    match claimant {
        Claimant::SigningIn(pending) => changes.count_challenge(&pending.session),
        Claimant::SignedIn(_) => changes,
    }
}
