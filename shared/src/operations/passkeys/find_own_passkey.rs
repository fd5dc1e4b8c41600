//! Finding the passkey that the caller wants to rename or delete.

use crate::domain::passkey::{Passkey, PasskeyId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::refusal::refusals;
use crate::operations::sessions::authenticate::Caller;

#[derive(Debug, thiserror::Error)]
pub enum ChangePasskeyError {
    #[error("there is no such passkey")]
    NotFound,
    #[error("the passkey is another user's")]
    NotTheCallers,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

refusals!(ChangePasskeyError {
    NotFound: NotFound on PasskeyMoved,
    NotTheCallers: Forbidden,
});

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
