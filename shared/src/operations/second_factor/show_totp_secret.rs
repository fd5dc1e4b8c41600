//! Showing the secret of the authenticator app again, for a second device.

use jiff::Timestamp;

use crate::domain::{Authenticator, PasswordAttempt, SecretPurpose, TotpSecret};
use crate::operations::passwords::prove_password::NotProven;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::Changes;

refusals! {
    pub enum ShowTotpSecretError {
        NotEnabled: Conflict = "the user has no authenticator",
    }
    of {
        NotProven(#[from] NotProven) = "{0}",
    }
}

impl Core {
    pub async fn show_totp_secret(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<TotpSecret, ShowTotpSecretError> {
        let authenticator = self.store.find_authenticator(caller.user.id).await?;
        let authenticator = authenticator
            .filter(|found| found.is_active() || found.pending_enrolment(&caller.user).is_some())
            .ok_or(ShowTotpSecretError::NotEnabled)?;
        let proven = self.prove_own_password(caller, password, client_ip, now).await?;
        let secret = self.totp_secret(&authenticator).await?;
        self.commit_count(proven.forgive(Changes::new())).await?;
        Ok(secret)
    }

    pub(super) async fn totp_secret(&self, authenticator: &Authenticator) -> Result<TotpSecret, Interruption> {
        let user = authenticator.user_id;
        let secret = self
            .decrypt_secret(&authenticator.secret, SecretPurpose::Totp, user)
            .await?;
        TotpSecret::from_bytes(&secret)
            .ok_or_else(|| Interruption::internal("the stored TOTP secret has an invalid length"))
    }
}
