//! Brute-force protection: every attempt at a second factor is counted before the factor is verified.

use jiff::Timestamp;

use crate::domain::RateLimit;
use crate::domain::two_factor::{Locked, Tally};
use crate::operations::prelude::*;
use crate::operations::second_factor::claimant::Claimant;
use crate::store::Changes;

refusals! {
    /// The reasons for which a second factor is not verified, or has no effect although it was right.
    pub enum SecondFactorRefused {
        ChallengeGone: Expired = "the sign-in was completed, has ended or took too long",
        /// Too many attempts at this sign-in with codes that are not mailed, or at this mailed code.
        TooManyAttempts: Limit on CodeExhausted | ChallengeExhausted
            = "too many attempts; a mailed code, or another one, is needed",
        Locked(#[from] Locked): Limit = "{0}",
    }
}

impl Core {
    /// Counts an attempt for the account, for the client's address, and for the writes that `count` adds. `seen` is the
    /// account's tally as it was read.
    pub(super) async fn count_attempt(
        &self,
        claimant: &Claimant,
        mut seen: Option<Tally>,
        count: impl Fn(Changes) -> Changes,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), SecondFactorRefused> {
        let window = RateLimit::SECOND_FACTOR.window(client_ip, now);
        let user = claimant.user().id;
        let mut retries = self.retries(now);
        loop {
            let allowed = Tally::allow(seen.as_ref(), now)?;
            let changes = count(self.counted(Changes::new(), &window));
            let changes = changes.count_second_factor(user, seen.as_ref(), allowed, now);
            if retries.commit(changes).await? {
                return Ok(());
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
