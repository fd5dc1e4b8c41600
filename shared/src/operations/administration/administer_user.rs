//! What all operations of an administrator upon other users have in common: who may, upon whom, and what stands against it.

use jiff::Timestamp;

use crate::domain::{GivenRoles, RateLimit, Statements, User, UserId, UserPermission, admin_roles};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
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
    /// It would look as if it were gone while it is not.
    #[error("the user has a role that an operator has granted, and only an operator takes away")]
    RoleOfOperator,
    #[error("the user is the caller, who may not do it to themselves")]
    Yourself(UserPermission),
    #[error("nobody has the id")]
    UserNotFound,
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

/// What an administrator is about to do, and what it takes.
#[derive(Debug, Clone, Copy)]
pub(in crate::operations) struct Deed<'a> {
    /// For auditors.
    pub name: &'static str,
    pub takes: &'a [UserPermission],
    /// What somebody is to be made.
    pub gives: Option<&'a GivenRoles>,
}

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl<'a> Deed<'a> {
    pub(in crate::operations) fn new(name: &'static str, takes: &'a [UserPermission]) -> Self {
        Self {
            name,
            takes,
            gives: None,
        }
    }

    /// One line for auditors once it was done. The item that was written has the same time.
    pub(in crate::operations) fn record(&self, caller: &Caller, user: UserId, now: Timestamp) {
        tracing::info!(
            target: "audit",
            task = self.name,
            at = %now,
            admin.id = %caller.user.id,
            user.id = %user,
            roles = self.gives.map(tracing::field::display),
            "an administrator acted"
        );
    }
}

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

    /// Whether the caller may, and has not done too much of late.
    pub(in crate::operations) async fn begin(
        &self,
        caller: &Caller,
        deed: &Deed<'_>,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        self.permit_deed(caller, deed)?;
        Ok(self.limit_rate(RateLimit::ADMIN, caller.user.id, now).await?)
    }

    pub(in crate::operations) fn permit_deed(
        &self,
        caller: &Caller,
        deed: &Deed<'_>,
    ) -> Result<(), AdministerUserError> {
        for permission in deed.takes {
            self.permit(caller, *permission)?;
        }
        match deed.gives {
            Some(given) => self.permit_roles(caller, given),
            None => Ok(()),
        }
    }

    /// Whether the caller may make somebody this.
    fn permit_roles(&self, caller: &Caller, given: &GivenRoles) -> Result<(), AdministerUserError> {
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
    pub(in crate::operations) async fn administered(
        &self,
        caller: &Caller,
        id: UserId,
    ) -> Result<User, AdministerUserError> {
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
    pub(in crate::operations) async fn administer(
        &self,
        caller: &Caller,
        id: UserId,
        deed: Deed<'_>,
        change: impl Fn(&mut User, Changes) -> Changes,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let mut user = self.administered(&caller, id).await?;
            if deed.gives.is_some() && admin_roles::is_super(&user) {
                return Err(AdministerUserError::RoleOfOperator);
            }
            let changes = change(&mut user, caller.entitled(id, Changes::new()));
            match self.store.commit(changes.update_user(&user)).await {
                Ok(()) => {
                    deed.record(&caller, id, now);
                    return Ok(user);
                }
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {
                    caller = self.still_entitled(&caller, &deed, now).await?;
                }
                Err(CommitError::Conflict(Conflict::EmailTaken)) => return Err(AdministerUserError::EmailTaken),
                Err(CommitError::Conflict(Conflict::UsernameTaken)) => return Err(AdministerUserError::UsernameTaken),
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// The caller as of now, who may still do it.
    pub(in crate::operations) async fn still_entitled(
        &self,
        caller: &Caller,
        deed: &Deed<'_>,
        now: Timestamp,
    ) -> Result<Caller, AdministerUserError> {
        let again = self.look_again(caller, now).await?;
        let again = again.ok_or(Interruption::SessionGone)?;
        self.permit_deed(&again, deed)?;
        Ok(again)
    }
}

impl Caller {
    /// For changes to `target` that hold only while the caller is who they were when it was decided: of two administrators who take each
    /// other's role away at once, one is too late.
    pub(in crate::operations) fn entitled(&self, target: UserId, changes: Changes) -> Changes {
        let changes = changes.expect_session(self.user.id, self.session.id);
        if target == self.user.id {
            // Their own item is written under the version that was read.
            changes
        } else {
            changes.expect_user(&self.user)
        }
    }
}
