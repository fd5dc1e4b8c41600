//! Impersonation: an administrator gets a session of another user, to see the service as that user. The session names
//! the administrator, is short, and ends with the administrator's own session or permission.

use jiff::Timestamp;

use crate::domain::session::{AuthenticationMethod, Impersonator};
use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::operations::sessions::open_session::{Client, Issue, Login, OpenedSession};
use crate::store::Changes;

impl Core {
    /// Impersonating an administrator requires a permission of its own: each action of an administrator must be
    /// attributable to them.
    pub async fn impersonate_user(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        client: &Client,
        now: Timestamp,
    ) -> Result<OpenedSession, AdministerUserError> {
        let action = AdminAction::new("impersonate-user", &[UserPermission::Impersonate]);
        let mut administration = self.administer(caller, action, now).await?;
        loop {
            let administrator = administration.administrator()?;
            let user = self.store.find_user(id).await?;
            let user = user.ok_or(AdministerUserError::UserNotFound)?;
            let roles = &self.settings.admin_roles;
            if roles.administers(&user) {
                self.permit(&administrator, UserPermission::ImpersonateAdmins)?;
            }
            if !roles.may_impersonate(&administrator.user, &user) {
                return Err(AdministerUserError::Outranked);
            }
            user.admit(now).map_err(AdministerUserError::TargetBlocked)?;
            let opened = self.open_impersonation(&user, &administrator, client, now).await?;
            // The commit fails if the user got a role in the meantime.
            let changes = Changes::new().require_user(&user).create_session(&opened.session);
            if administration.commit(id, changes).await? {
                return Ok(opened);
            }
        }
    }

    /// Not yet written.
    async fn open_impersonation(
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
}
