//! Ending the session that asks for it.

use super::{Caller, Core, Interruption};
use crate::store::Changes;

impl Core {
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Interruption> {
        Ok(self
            .store
            .commit(Changes::new().delete_session(caller.user.id, caller.session.id))
            .await?)
    }
}
