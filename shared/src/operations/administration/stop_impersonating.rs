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
    /// Ends the caller's session and returns the administrator, whom `admin` must authenticate.
    pub async fn stop_impersonating(
        &self,
        caller: &Caller,
        admin: Option<SessionToken>,
        now: Timestamp,
    ) -> Result<Caller, StopImpersonatingError> {
        let impersonator = caller
            .session
            .impersonator
            .ok_or(StopImpersonatingError::NotImpersonating)?;
        let admin = match admin {
            Some(token) => self.authenticate(&Credential::Session(token), now).await?,
            None => None,
        };
        let admin = admin
            .filter(|admin| admin.user.id == impersonator.user_id && admin.session.impersonator.is_none())
            .ok_or(StopImpersonatingError::NoAdminSession)?;
        let changes = Changes::new().delete_session(caller.user.id, caller.session.id);
        self.store.commit(changes).await?;
        Ok(admin)
    }
}
