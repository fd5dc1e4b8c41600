//! Proof of the password, which protects sensitive operations against a stolen session.

use jiff::Timestamp;

use crate::audit;
use crate::domain::audit::Fact;
use crate::domain::{PasswordAttempt, PasswordHash};
use crate::operations::passwords::guess::Guess;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::Changes;

refusals! {
    /// The reasons for which the operation may not continue.
    pub enum NotProven {
        WrongPassword: Unauthenticated = "the password is wrong",
        NoPassword: Conflict = "the user has no password",
    }
}

/// The right password of the caller. Every operation that relies on it must commit [`Proven::forgive`].
#[derive(Debug)]
pub(in crate::operations) struct Proven {
    pub hash: PasswordHash,
    guess: Guess,
}

impl Core {
    /// Verifies the caller's password. A failure counts for the client's address and for the session, whose user has
    /// signed in: an attacker who exhausts the attempts at the user's name cannot keep the user from these operations.
    pub(in crate::operations) async fn prove_own_password(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<Proven, NotProven> {
        let (client, session) = self.proof_counters(caller.session.id, client_ip, now);
        let view = self.store.view_for_proof(caller.user.id, client, session).await?;
        let guess = self.guess_in_session(view.client, view.session)?;
        let (Some(user), Some(credential)) = (view.user, view.credential) else {
            return Err(NotProven::NoPassword);
        };
        let hash = credential.hash;
        if self.passwords.verify(Some(&hash), password).await?.matches {
            Ok(Proven { hash, guess })
        } else {
            audit::record(Fact::PasswordProofFailed { user: user.id });
            self.fail(guess, user.id, now).await?;
            Err(NotProven::WrongPassword)
        }
    }
}

impl Proven {
    /// The password was right, so failures up to this one no longer count. The commit requires that there is room for
    /// the attempt.
    pub(in crate::operations) fn forgive(&self, changes: Changes) -> Changes {
        self.guess.succeed(changes)
    }
}
