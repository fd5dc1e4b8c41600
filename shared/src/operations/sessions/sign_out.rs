//! Signing out: the caller's session ends.

use jiff::Timestamp;

use crate::domain::SessionToken;
use crate::operations::prelude::*;
use crate::operations::sessions::authenticate::{Caller, Credential};
use crate::store::Changes;

impl Core {
    /// `kept` is the administrator's own session, which the browser keeps during an impersonation. It ends too.
    pub async fn sign_out(
        &self,
        caller: Option<&Caller>,
        kept: Option<SessionToken>,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        let kept = match kept {
            Some(token) => self.authenticate(&Credential::Session(token), now).await?,
            None => None,
        };
        let ended = caller.map(|caller| (caller.user.id, caller.session.id));
        let kept = kept.map(|kept| (kept.user.id, kept.session.id));
        let changes = ended
            .into_iter()
            .chain(kept.filter(|kept| Some(*kept) != ended))
            .fold(Changes::new(), |changes, (user, session)| {
                changes.delete_session(user, session)
            });
        Ok(self.store.commit(changes).await?)
    }
}
