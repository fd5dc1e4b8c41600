//! Listing the caller's passkeys.

use crate::domain::passkey::Passkey;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::sessions::authenticate::Caller;

impl Core {
    /// Oldest first.
    pub async fn list_passkeys(&self, caller: &Caller) -> Result<Vec<Passkey>, Interruption> {
        Ok(self.store.list_passkeys(caller.user.id).await?)
    }
}
