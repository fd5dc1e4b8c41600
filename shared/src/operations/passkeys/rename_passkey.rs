//! Renaming one of the caller's passkeys.

use jiff::Timestamp;

use crate::domain::passkey::{Passkey, PasskeyId};
use crate::operations::passkeys::find_own_passkey::ChangePasskeyError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::Changes;

impl Core {
    pub async fn rename_passkey(
        &self,
        caller: &Assured<InPerson>,
        id: PasskeyId,
        name: String,
        now: Timestamp,
    ) -> Result<Passkey, ChangePasskeyError> {
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            let passkey = self.find_own_passkey(&attempts.caller(), id).await?;
            let changes = Changes::new().rename_passkey(&passkey, &name, now);
            if attempts.commit(changes).await? {
                return Ok(Passkey {
                    name: Some(name),
                    updated_at: now,
                    ..passkey
                });
            }
        }
    }
}
