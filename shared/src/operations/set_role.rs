//! Making somebody an administrator of users, or no longer one.

use jiff::Timestamp;

use super::administer_user::permit;
use super::{AdministerUserError, Caller, Core};
use crate::domain::{PlatformRole, User, UserId, UserPermission};

impl Core {
    /// The roles over the platform stay as they are: they are granted elsewhere.
    pub async fn set_role(
        &self,
        caller: &Caller,
        id: UserId,
        is_admin: bool,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        permit(caller, UserPermission::SetRole)?;
        self.administer(caller, id, |user, changes| {
            set_admin(user, is_admin);
            user.updated_at = now;
            changes
        })
        .await
    }
}

pub(super) fn set_admin(user: &mut User, is_admin: bool) {
    if is_admin {
        user.roles.insert(PlatformRole::Admin);
    } else {
        user.roles.remove(&PlatformRole::Admin);
    }
}
