//! The caller's own passkeys: looking at them, naming them, and giving one up.

use jiff::Timestamp;

use crate::domain::passkey::{Passkey, PasskeyId};
use crate::domain::{RateLimit, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ChangePasskeyError {
    #[error("there is no such passkey")]
    NotFound,
    #[error("the passkey is another user's")]
    NotTheCallers,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ChangePasskeyError);

impl Core {
    /// Oldest first.
    pub async fn list_passkeys(&self, caller: &Caller) -> Result<Vec<Passkey>, Interruption> {
        Ok(self.store.list_passkeys(caller.user.id).await?)
    }

    pub async fn rename_passkey(
        &self,
        caller: &Caller,
        id: PasskeyId,
        name: String,
        now: Timestamp,
    ) -> Result<Passkey, ChangePasskeyError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let passkey = self.own_passkey(caller, id).await?;
        self.change_own(Changes::new().rename_passkey(&passkey, &name, now))
            .await?;
        Ok(Passkey {
            name: Some(name),
            updated_at: now,
            ..passkey
        })
    }

    /// Sessions that began with it go on: they have ends of their own.
    pub async fn delete_passkey(
        &self,
        caller: &Caller,
        id: PasskeyId,
        now: Timestamp,
    ) -> Result<(), ChangePasskeyError> {
        caller.expect_in_person()?;
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let passkey = self.own_passkey(caller, id).await?;
        self.change_own(Changes::new().delete_passkey(&passkey)).await
    }

    /// For a user who is gone: passkeys open nothing without their user, so what a failure leaves of them does no harm.
    pub(in crate::operations) async fn forget_passkeys(&self, user: UserId) {
        if let Err(error) = self.drop_passkeys(user).await {
            tracing::warn!(%error, user.id = %user, "passkeys of a deleted user are left");
        }
    }

    async fn drop_passkeys(&self, user: UserId) -> Result<(), Interruption> {
        let passkeys = self.store.list_passkeys(user).await?;
        if passkeys.is_empty() {
            return Ok(());
        }
        Ok(self.store.commit(Changes::new().drop_passkeys(user, &passkeys)).await?)
    }

    async fn own_passkey(&self, caller: &Caller, id: PasskeyId) -> Result<Passkey, ChangePasskeyError> {
        if let Some(passkey) = self.store.find_passkey(caller.user.id, id).await? {
            return Ok(passkey);
        }
        // Telling the two apart gives nothing away: an id is a hash, which only its owner was ever shown.
        match self.store.find_passkey_owner(id).await? {
            Some(_) => Err(ChangePasskeyError::NotTheCallers),
            None => Err(ChangePasskeyError::NotFound),
        }
    }

    async fn change_own(&self, changes: Changes) -> Result<(), ChangePasskeyError> {
        match self.store.commit(changes).await {
            Ok(()) => Ok(()),
            Err(CommitError::Conflict(Conflict::PasskeyMoved)) => Err(ChangePasskeyError::NotFound),
            Err(error) => Err(error.into()),
        }
    }
}
