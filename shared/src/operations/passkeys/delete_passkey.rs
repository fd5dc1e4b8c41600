//! Deleting one of the caller's passkeys, or all passkeys of a deleted user.

use jiff::Timestamp;

use crate::domain::passkey::PasskeyId;
use crate::domain::{CredentialChange, UserId};
use crate::operations::passkeys::find_own_passkey::ChangePasskeyError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

impl Core {
    /// Sessions that began with the passkey continue until they expire or are revoked.
    pub async fn delete_passkey(
        &self,
        caller: &Assured<StepUp>,
        id: PasskeyId,
        now: Timestamp,
    ) -> Result<(), ChangePasskeyError> {
        let notice = self.credential_notice(caller.user.id, CredentialChange::PasskeyRemoved, now);
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let passkey = self.find_own_passkey(&attempts.caller(), id).await?;
            let changes = Changes::new().delete_passkey(&passkey).enqueue(&notice);
            if attempts.commit(changes).await? {
                return Ok(());
            }
        }
    }

    /// For a deleted user. Passkeys without their user authenticate no user, so passkeys that remain after a failure
    /// are harmless.
    pub(in crate::operations) async fn forget_passkeys(&self, user: UserId) {
        if let Err(error) = self.delete_all_passkeys(user).await {
            tracing::warn!(%error, user.id = %user, "passkeys of a deleted user are left");
        }
    }

    async fn delete_all_passkeys(&self, user: UserId) -> Result<(), Interruption> {
        let passkeys = self.store.list_passkeys(user).await?;
        if passkeys.is_empty() {
            return Ok(());
        }
        Ok(self.store.commit(Changes::new().drop_passkeys(user, &passkeys)).await?)
    }
}
