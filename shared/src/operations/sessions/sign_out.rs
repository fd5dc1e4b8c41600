//! Signing out: the caller's session ends.

use jiff::Timestamp;

use crate::domain::SessionToken;
use crate::operations::prelude::*;
use crate::operations::sessions::authenticate::{Caller, Credential};
use crate::store::Changes;

impl Core {
    /// `tokens` are of the other sessions that the browser keeps: of cookies with the same name, which could open a
    /// session again after the caller's has ended, and the administrator's own session during an impersonation. They
    /// end too.
    pub async fn sign_out(
        &self,
        caller: Option<&Caller>,
        tokens: Vec<SessionToken>,
        now: Timestamp,
    ) -> Result<(), Interruption> {
        let mut ended: Vec<_> = caller
            .map(|caller| (caller.user.id, caller.session.id))
            .into_iter()
            .collect();
        for token in tokens {
            if ended.contains(&(token.user_id, token.session_id)) {
                continue;
            }
            if let Some(kept) = self.authenticate(&Credential::Session(token), now).await? {
                ended.push((kept.user.id, kept.session.id));
            }
        }
        let changes = ended.into_iter().fold(Changes::new(), |changes, (user, session)| {
            changes.delete_session(user, session)
        });
        Ok(self.store.commit(changes).await?)
    }
}
