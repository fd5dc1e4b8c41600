//! Showing a code that was mailed: to complete a sign-in, or to turn the second factor on.

use jiff::Timestamp;

use crate::domain::SealPurpose;
use crate::domain::two_factor::is_same_code;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::second_factor::pass_second_factor::{
    Beginning, Claimant, PassedSecondFactor, Passing, SecondFactorRefused,
};
use crate::operations::sessions::renew_session::NotChanged;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct VerifySecondFactorCode {
    /// As it was typed.
    pub code: String,
    pub trust_device: bool,
    pub client_ip: String,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifySecondFactorCodeError {
    /// ... or none was asked for, or it was used.
    #[error("there is no code, or it has expired")]
    Expired,
    #[error("the code is wrong")]
    InvalidCode,
    #[error(transparent)]
    Refused(#[from] SecondFactorRefused),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(VerifySecondFactorCodeError);

impl Core {
    pub async fn verify_second_factor_code(
        &self,
        claimant: &Claimant,
        command: VerifySecondFactorCode,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, VerifySecondFactorCodeError> {
        claimant.expect_in_person()?;
        let (user, session) = claimant.ids();
        let (code, tally) = self.store.view_for_code(user, session).await?;
        let code = code
            .filter(|code| code.expires_at > now)
            .ok_or(VerifySecondFactorCodeError::Expired)?;
        // Not counted for the sign-in: a code has its own attempts, and whoever has none left may ask for another.
        let count = |changes: Changes| changes.count_code(&code);
        self.count_attempt(claimant, tally, count, &command.client_ip, now)
            .await?;
        let kept = self.unseal(&code.code, SealPurpose::MailedCode, user).await?;
        if !is_same_code(&kept, &command.code) {
            return Err(VerifySecondFactorCodeError::InvalidCode);
        }
        let spend = |changes: Changes| changes.spend_second_factor_code(&code);
        let passing = Passing {
            begins: if claimant.user().two_factor_enabled {
                Beginning::Nothing
            } else {
                Beginning::MailedCodes
            },
            trust_device: command.trust_device,
        };
        self.pass(claimant, spend, passing, now).await.map_err(explained)
    }
}

fn explained(error: NotChanged<SecondFactorRefused>) -> VerifySecondFactorCodeError {
    match error {
        NotChanged::Refused(refused) => refused.into(),
        NotChanged::Failed(CommitError::Conflict(Conflict::CodeSpent)) => VerifySecondFactorCodeError::Expired,
        NotChanged::Failed(CommitError::Conflict(Conflict::SessionGone)) => SecondFactorRefused::ChallengeGone.into(),
        NotChanged::Failed(error) => error.into(),
    }
}
