//! Ending an impersonation: the administrator returns to the own session.

use jiff::Timestamp;

use crate::domain::SessionToken;
use crate::operations::prelude::*;
use crate::operations::sessions::authenticate::{Caller, Credential};
use crate::store::Changes;

refusals! {
    pub enum StopImpersonatingError {
        NotImpersonating: Conflict = "the session is not an impersonation",
        /// The administrator has to sign in again.
        NoAdminSession: Unauthenticated = "the administrator's session has ended, or is another's",
    }
}

impl Core {
    /// Ends the caller's session and returns the administrator, whom one of the tokens must authenticate, with it.
    pub async fn stop_impersonating(
        &self,
        caller: &Caller,
        tokens: Vec<SessionToken>,
        now: Timestamp,
    ) -> Result<(Caller, SessionToken), StopImpersonatingError> {
        let impersonator = caller
            .session
            .impersonator
            .ok_or(StopImpersonatingError::NotImpersonating)?;
        let mut found = None;
        for token in tokens.into_iter().filter(|token| token.user_id == impersonator.user_id) {
            let admin = self.authenticate(&Credential::Session(token.clone()), now).await?;
            found = admin
                .filter(|admin| admin.session.impersonator.is_none())
                .map(|admin| (admin, token));
            if found.is_some() {
                break;
            }
        }
        let admin = found.ok_or(StopImpersonatingError::NoAdminSession)?;
        let changes = Changes::new().delete_session(caller.user.id, caller.session.id);
        self.store.commit(changes).await?;
        Ok(admin)
    }
}
