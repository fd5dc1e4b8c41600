//! Listing the caller's passkeys.

use crate::domain::passkey::Passkey;
use crate::operations::prelude::*;

impl Core {
    /// Oldest first.
    pub async fn list_passkeys(&self, caller: &Caller) -> Result<Vec<Passkey>, Interruption> {
        Ok(self.store.list_passkeys(caller.user.id).await?)
    }
}
