//! Finding the passkey that the caller wants to rename or delete.

use crate::domain::passkey::{Passkey, PasskeyId};
use crate::operations::prelude::*;

refusals! {
    pub enum ChangePasskeyError {
        NotFound: NotFound on PasskeyMoved = "there is no such passkey",
        NotTheCallers: Forbidden = "the passkey is another user's",
    }
}

impl Core {
    pub(super) async fn find_own_passkey(&self, caller: &Caller, id: PasskeyId) -> Result<Passkey, ChangePasskeyError> {
        if let Some(passkey) = self.store.find_passkey(caller.user.id, id).await? {
            return Ok(passkey);
        }
        // The difference discloses nothing: an id is a hash, which was shown to the owner alone.
        match self.store.find_passkey_owner(id).await? {
            Some(_) => Err(ChangePasskeyError::NotTheCallers),
            None => Err(ChangePasskeyError::NotFound),
        }
    }
}
