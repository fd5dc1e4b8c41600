//! Keeping a user out, and letting the user in again.

use jiff::{SignedDuration, Timestamp};

use crate::domain::user::BanTerms;
use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;

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
        let deed = Deed::new("ban-user", &[UserPermission::Ban]);
        self.begin(caller, &deed, now).await?;
        if command.user_id == caller.user.id {
            return Err(AdministerUserError::Yourself(UserPermission::Ban));
        }
        let terms = BanTerms {
            reason: command.reason,
            until: command.expires_in.and_then(|lasts| now.checked_add(lasts).ok()),
        };
        let change = |user: &mut User, changes| {
            user.ban(terms.clone(), now);
            changes
        };
        self.administer(caller, command.user_id, deed, change, now).await
    }

    pub async fn unban_user(&self, caller: &Caller, id: UserId, now: Timestamp) -> Result<User, AdministerUserError> {
        let deed = Deed::new("unban-user", &[UserPermission::Ban]);
        self.begin(caller, &deed, now).await?;
        let change = |user: &mut User, changes| {
            user.unban(now);
            changes
        };
        self.administer(caller, id, deed, change, now).await
    }
}
