//! An administrator in a user's place, to see what the user sees, and back again. The session says who is behind it, is short, and ends
//! with the administrator's right to it.

use jiff::Timestamp;

use super::administer_user::permit;
use super::interruption::interruptible;
use super::issue_tokens::{Client, Issue, Login, OpenedSession};
use super::{AdministerUserError, Caller, Core, Credential, Interruption};
use crate::domain::session::AuthenticationMethod;
use crate::domain::{SessionToken, UserId, UserPermission};
use crate::store::Changes;

#[derive(Debug, thiserror::Error)]
pub enum StopImpersonatingError {
    #[error("the session is nobody else's")]
    NotImpersonating,
    /// Without it there is nothing to go back to.
    #[error("the administrator's session has ended, or is another's")]
    NoAdminSession,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(StopImpersonatingError);

impl Core {
    /// Nobody acts as an administrator: what an administrator does must be theirs to answer for.
    pub async fn impersonate_user(
        &self,
        caller: &Caller,
        id: UserId,
        client: &Client,
        now: Timestamp,
    ) -> Result<OpenedSession, AdministerUserError> {
        permit(caller, UserPermission::Impersonate)?;
        let user = self
            .store
            .find_user(id)
            .await?
            .ok_or(AdministerUserError::UserNotFound)?;
        if user.is_admin() || !caller.user.outranks(&user) {
            return Err(AdministerUserError::IsAdmin);
        }
        let login = Login {
            client,
            remember_me: false,
            methods: vec![AuthenticationMethod::Impersonation],
            issue: Issue::Session,
        };
        let mut opened = self.open_session(&user, login, now).await?;
        opened.session.impersonator = Some(caller.user.id);
        opened.session.expires_at = now + self.settings.impersonation_lifetime;
        let changes = Changes::new().expect_user(&user).create_session(&opened.session);
        self.store.commit(changes).await?;
        tracing::info!(admin.id = %caller.user.id, user.id = %user.id, "an administrator acts as a user");
        Ok(opened)
    }

    /// Ends the session and gives the administrator's own back, which `admin` must still authenticate.
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
            .filter(|admin| admin.user.id == impersonator && admin.session.impersonator.is_none())
            .ok_or(StopImpersonatingError::NoAdminSession)?;
        let changes = Changes::new().delete_session(caller.user.id, caller.session.id);
        self.store.commit(changes).await?;
        Ok(admin)
    }
}
