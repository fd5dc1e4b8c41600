//! Showing a code of the authenticator app: to complete a sign-in, or, the first time, to turn the second factor on.

use jiff::Timestamp;

use crate::domain::{Authenticator, SealPurpose, TotpSecret};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::second_factor::pass_second_factor::{
    Beginning, Claimant, PassedSecondFactor, Passing, SecondFactorRefused,
};
use crate::operations::sessions::renew_session::NotChanged;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug)]
pub struct VerifyTotp {
    /// As it was typed.
    pub code: String,
    pub trust_device: bool,
    pub client_ip: String,
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyTotpError {
    #[error("the user has no authenticator")]
    NotEnabled,
    /// ... or it was used before.
    #[error("the code is wrong")]
    InvalidCode,
    #[error(transparent)]
    Refused(#[from] SecondFactorRefused),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(VerifyTotpError);

impl Core {
    pub async fn verify_totp(
        &self,
        claimant: &Claimant,
        command: VerifyTotp,
        now: Timestamp,
    ) -> Result<PassedSecondFactor, VerifyTotpError> {
        claimant.expect_in_person()?;
        let (authenticator, tally) = self.store.view_for_totp(claimant.user().id).await?;
        let authenticator = authenticator
            .filter(|found| found.is_active() || matches!(claimant, Claimant::SignedIn(_)))
            .ok_or(VerifyTotpError::NotEnabled)?;
        let count = |changes| Self::count_of_sign_in(claimant, changes);
        self.count_attempt(claimant, tally, count, &command.client_ip, now)
            .await?;
        let step = self
            .totp_secret(&authenticator)
            .await?
            .step_of(&command.code, now)
            .filter(|step| authenticator.accepts(*step))
            .ok_or(VerifyTotpError::InvalidCode)?;
        let spend = |changes: Changes| changes.accept_step(&authenticator, step);
        let passing = Passing {
            begins: if authenticator.is_active() {
                Beginning::Nothing
            } else {
                Beginning::Authenticator
            },
            trust_device: command.trust_device,
        };
        self.pass(claimant, spend, passing, now).await.map_err(explained)
    }

    pub(in crate::operations) async fn totp_secret(
        &self,
        authenticator: &Authenticator,
    ) -> Result<TotpSecret, Interruption> {
        let secret = self
            .unseal(&authenticator.secret, SealPurpose::Totp, authenticator.user_id)
            .await?;
        TotpSecret::from_bytes(&secret)
            .ok_or_else(|| Interruption::internal("the stored TOTP secret has an invalid length"))
    }
}

fn explained(error: NotChanged<SecondFactorRefused>) -> VerifyTotpError {
    match error {
        NotChanged::Refused(refused) => refused.into(),
        // Somebody was faster with the same code, or the authenticator was replaced or taken away.
        NotChanged::Failed(CommitError::Conflict(Conflict::AuthenticatorMoved)) => VerifyTotpError::InvalidCode,
        NotChanged::Failed(CommitError::Conflict(Conflict::SessionGone)) => SecondFactorRefused::ChallengeGone.into(),
        NotChanged::Failed(error) => error.into(),
    }
}
