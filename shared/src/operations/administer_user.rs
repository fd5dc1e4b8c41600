//! What all operations of an administrator upon other users have in common: who may, upon whom, and what stands against it.

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::{GivenRoles, Statements, User, UserId, UserPermission};
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum AdministerUserError {
    #[error("the caller has no role that permits it")]
    NotPermitted(UserPermission),
    #[error("the user may do what the caller may not")]
    Outranked,
    #[error("there is no such role")]
    UnknownRole,
    #[error("the role permits what the caller may not do")]
    RoleAboveOwn,
    #[error("the user is the caller, who may not do it to themselves")]
    Yourself(UserPermission),
    #[error("nobody has the id")]
    UserNotFound,
    /// The caller's own, while it was being done.
    #[error("the session was ended meanwhile")]
    SessionGone,
    #[error("the address belongs to somebody")]
    EmailTaken,
    #[error("the username belongs to somebody")]
    UsernameTaken,
    /// Others would be left in an organization that nobody can administer.
    #[error("the user is the only owner of an organization that has other members")]
    OnlyOwner,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(AdministerUserError);

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Whether the caller may do it at all. Asked before anything is looked up, so that nobody else learns who is there. What is done as
    /// somebody else is not that one's to answer for, so nothing is done so, only looked at.
    pub fn permit(&self, caller: &Caller, permission: UserPermission) -> Result<(), AdministerUserError> {
        let is_answered_for = caller.session.impersonator.is_none() || permission.only_shows();
        if is_answered_for && self.settings.admin_roles.may(&caller.user, permission) {
            Ok(())
        } else {
            Err(AdministerUserError::NotPermitted(permission))
        }
    }

    /// Whether one of the caller's roles allows all of it.
    pub fn allows(&self, caller: &Caller, asked: &Statements) -> bool {
        self.settings.admin_roles.permit(&caller.user, asked)
    }

    /// Whether the caller may make somebody this.
    pub(super) fn permit_roles(&self, caller: &Caller, given: &GivenRoles) -> Result<(), AdministerUserError> {
        self.permit(caller, UserPermission::SetRole)?;
        let roles = &self.settings.admin_roles;
        if roles.unknown(given).is_some() {
            return Err(AdministerUserError::UnknownRole);
        }
        if !roles.may_give(&caller.user, given) {
            return Err(AdministerUserError::RoleAboveOwn);
        }
        Ok(())
    }

    /// The user as just read, if the caller may act upon them.
    pub(super) async fn administered(&self, caller: &Caller, id: UserId) -> Result<User, AdministerUserError> {
        let user = self
            .store
            .find_user(id)
            .await?
            .ok_or(AdministerUserError::UserNotFound)?;
        if self.settings.admin_roles.outranks(&caller.user, &user) {
            Ok(user)
        } else {
            Err(AdministerUserError::Outranked)
        }
    }

    /// Changes a user that others may be changing too. What else belongs to the commit, `change` adds.
    pub(super) async fn administer(
        &self,
        caller: &Caller,
        id: UserId,
        change: impl Fn(&mut User, Changes) -> Changes,
    ) -> Result<User, AdministerUserError> {
        for _ in 0..ROUNDS {
            let mut user = self.administered(caller, id).await?;
            let changes = change(&mut user, Changes::new());
            match self.store.commit(changes.update_user(&user)).await {
                Ok(()) => return Ok(user),
                Err(CommitError::Conflict(Conflict::UserMoved)) => {}
                Err(CommitError::Conflict(Conflict::EmailTaken)) => return Err(AdministerUserError::EmailTaken),
                Err(CommitError::Conflict(Conflict::UsernameTaken)) => return Err(AdministerUserError::UsernameTaken),
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
