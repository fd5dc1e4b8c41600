//! Keeping a user out, and letting the user in again.

use jiff::{SignedDuration, Timestamp};

use super::{AdministerUserError, Caller, Core};
use crate::domain::{User, UserId, UserPermission, UserStatus};

#[derive(Debug)]
pub struct BanUser {
    pub user_id: UserId,
    pub reason: String,
    /// Absent: for good.
    pub expires_in: Option<SignedDuration>,
}

impl Core {
    /// The user is out everywhere at once: each session check looks at the ban, and no session outlives it.
    pub async fn ban_user(
        &self,
        caller: &Caller,
        command: BanUser,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        self.permit(caller, UserPermission::Ban)?;
        if command.user_id == caller.user.id {
            return Err(AdministerUserError::Yourself(UserPermission::Ban));
        }
        let status = UserStatus::Banned {
            reason: command.reason,
            until: command.expires_in.and_then(|lasts| now.checked_add(lasts).ok()),
        };
        self.administer(caller, command.user_id, |user, changes| {
            user.ban(status.clone(), now);
            changes
        })
        .await
    }

    pub async fn unban_user(&self, caller: &Caller, id: UserId, now: Timestamp) -> Result<User, AdministerUserError> {
        self.permit(caller, UserPermission::Ban)?;
        self.administer(caller, id, |user, changes| {
            user.unban(now);
            changes
        })
        .await
    }
}
