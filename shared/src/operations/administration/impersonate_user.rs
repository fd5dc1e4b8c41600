//! An administrator in a user's place, to see what the user sees, and back again. The session says who is behind it, is short, and ends
//! with the administrator's own session and right to it.

use jiff::Timestamp;

use crate::domain::session::{AuthenticationMethod, Impersonator};
use crate::domain::{SessionToken, User, UserId, UserPermission};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::{Caller, Credential};
use crate::operations::sessions::issue_tokens::{Client, Issue, Login, OpenedSession};
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

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
    /// Nobody acts as an administrator without a right to that: what an administrator does must be theirs to answer for.
    pub async fn impersonate_user(
        &self,
        caller: &Caller,
        id: UserId,
        client: &Client,
        now: Timestamp,
    ) -> Result<OpenedSession, AdministerUserError> {
        let deed = Deed::new("impersonate-user", &[UserPermission::Impersonate]);
        self.begin(caller, &deed, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let user = self
                .store
                .find_user(id)
                .await?
                .ok_or(AdministerUserError::UserNotFound)?;
            let roles = &self.settings.admin_roles;
            if roles.administers(&user) {
                self.permit(&caller, UserPermission::ImpersonateAdmins)?;
            }
            if !roles.may_impersonate(&caller.user, &user) {
                return Err(AdministerUserError::Outranked);
            }
            let opened = self.in_place_of(&user, &caller, client, now).await?;
            // Not with a right, or in a session, that is no more; nor as somebody who has just got a role.
            let changes = Changes::new().expect_user(&user).create_session(&opened.session);
            match self.store.commit(caller.entitled(user.id, changes)).await {
                Ok(()) => {
                    deed.record(&caller, user.id, now);
                    return Ok(opened);
                }
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {
                    caller = self.still_entitled(&caller, &deed, now).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// Not yet written.
    async fn in_place_of(
        &self,
        user: &User,
        caller: &Caller,
        client: &Client,
        now: Timestamp,
    ) -> Result<OpenedSession, Interruption> {
        let login = Login {
            client,
            remember_me: false,
            methods: vec![AuthenticationMethod::Impersonation],
            organization: user.starting_organization(),
            issue: Issue::Session,
        };
        let mut opened = self.open_session(user, login, now).await?;
        opened.session.impersonator = Some(Impersonator {
            user_id: caller.user.id,
            session_id: caller.session.id,
        });
        opened.session.expires_at = now + self.settings.impersonation_lifetime;
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
            .filter(|admin| admin.user.id == impersonator.user_id && admin.session.impersonator.is_none())
            .ok_or(StopImpersonatingError::NoAdminSession)?;
        let changes = Changes::new().delete_session(caller.user.id, caller.session.id);
        self.store.commit(changes).await?;
        Ok(admin)
    }
}
