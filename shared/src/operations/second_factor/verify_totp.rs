//! Verifying a code of the authenticator app: to complete a sign-in, or, the first time, to turn the second factor on.

use jiff::Timestamp;

use crate::operations::prelude::*;
use crate::operations::second_factor::accept_second_factor::{PassedSecondFactor, TurnOn};
use crate::operations::second_factor::claimant::Claimant;
use crate::operations::second_factor::count_attempt::{SecondFactorRefused, count_for_sign_in};
use crate::store::Changes;

#[derive(Debug)]
pub struct VerifyTotp {
    /// The code as the user typed it.
    pub code: String,
    pub trust_device: bool,
    pub client_ip: String,
}

refusals! {
    pub enum VerifyTotpError {
        NotEnabled: Conflict = "the user has no authenticator",
        /// The code was used before, perhaps by a parallel request, or the authenticator was replaced or deleted in the
        /// meantime.
        InvalidCode: Unauthenticated on AuthenticatorMoved = "the code is wrong",
    }
    of {
        Refused(#[from] SecondFactorRefused) = "{0}",
    }
}

impl Core {
    pub async fn verify_totp(
        &self,
        claimant: &Claimant,
        command: VerifyTotp,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, VerifyTotpError> {
        claimant.expect_in_person()?;
        let (authenticator, tally) = self.store.view_for_totp(claimant.user().id).await?;
        let authenticator = authenticator.ok_or(VerifyTotpError::NotEnabled)?;
        let turn_on = match claimant {
            _ if authenticator.is_active() => TurnOn::Nothing,
            Claimant::SigningIn(_) => return Err(VerifyTotpError::NotEnabled),
            Claimant::SignedIn(caller) => {
                let enrolment = authenticator.pending_enrolment(&caller.user).cloned();
                TurnOn::Authenticator(enrolment.ok_or(VerifyTotpError::NotEnabled)?)
            }
        };
        self.expect_may_turn_on(claimant, &turn_on, now)?;
        let count = |changes| count_for_sign_in(claimant, changes);
        let attempt = self
            .count_attempt(claimant, tally, count, &command.client_ip, now)
            .await?;
        let step = self
            .totp_secret(&authenticator)
            .await?
            .step_of(&command.code, now)
            .filter(|step| authenticator.accepts(*step))
            .ok_or_else(|| attempt.refuse(VerifyTotpError::InvalidCode))?;
        let spend = |changes: Changes| attempt.give_back(changes.accept_step(&authenticator, step));
        self.accept_second_factor(claimant, spend, &turn_on, command.trust_device, now)
            .await
    }
}
