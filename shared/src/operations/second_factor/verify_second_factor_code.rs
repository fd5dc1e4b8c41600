//! Verifying a code that was mailed: to complete a sign-in, or to turn the second factor on.

use jiff::Timestamp;

use crate::domain::SecretPurpose;
use crate::domain::two_factor::is_same_code;
use crate::operations::prelude::*;
use crate::operations::second_factor::accept_second_factor::{PassedSecondFactor, TurnOn};
use crate::operations::second_factor::claimant::Claimant;
use crate::operations::second_factor::count_attempt::SecondFactorRefused;
use crate::store::Changes;

#[derive(Debug)]
pub struct VerifySecondFactorCode {
    /// The code as the user typed it.
    pub code: String,
    pub trust_device: bool,
    pub client_ip: String,
}

refusals! {
    pub enum VerifySecondFactorCodeError {
        /// No code was requested, or it was used.
        Expired: Expired on CodeSpent = "there is no code, or it has expired",
        InvalidCode: Unauthenticated = "the code is wrong",
    }
    of {
        Refused(#[from] SecondFactorRefused) = "{0}",
    }
}

impl Core {
    pub async fn verify_second_factor_code(
        &self,
        claimant: &Claimant,
        command: VerifySecondFactorCode,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, VerifySecondFactorCodeError> {
        claimant.expect_in_person()?;
        let turn_on = if claimant.user().two_factor_enabled {
            TurnOn::Nothing
        } else {
            TurnOn::MailedCodes
        };
        self.expect_may_turn_on(claimant, &turn_on, now)?;
        let (user, session) = claimant.ids();
        let (code, tally) = self.store.view_for_code(user, session).await?;
        let code = code
            .filter(|code| code.expires_at > now)
            .ok_or(VerifySecondFactorCodeError::Expired)?;
        // A mailed code has its own limit of attempts instead of the sign-in's: a user who has reached it can request
        // another code.
        let count = |changes: Changes| changes.count_code(&code);
        let attempt = self
            .count_attempt(claimant, tally, count, &command.client_ip, now)
            .await?;
        let kept = self.decrypt_secret(&code.code, SecretPurpose::MailedCode, user).await?;
        if !is_same_code(&kept, &command.code) {
            return Err(attempt.refuse(VerifySecondFactorCodeError::InvalidCode));
        }
        let spend = |changes: Changes| attempt.give_back(changes.spend_second_factor_code(&code));
        self.accept_second_factor(claimant, spend, &turn_on, command.trust_device, now)
            .await
    }
}
