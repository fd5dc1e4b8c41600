//! Deleting a user as an administrator of the platform.

use jiff::Timestamp;

use crate::domain::UserId;
use crate::domain::one_time::DeleteUser;
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_users::platform_user_error::PlatformUserError;
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// The user is erased with every method of sign-in and every token. An administrator of the platform with the same
    /// address is another principal, and stays.
    pub async fn delete_platform_user(
        &self,
        caller: &AdminCaller,
        id: UserId,
        now: Timestamp,
    ) -> Result<(), PlatformUserError> {
        let mut attempts = self.admin_attempts(caller, "admin-delete-user", now);
        loop {
            let user = self.platform_user(id).await?;
            let changes = Changes::new().drop_grant::<DeleteUser>(id).fact(attempts.acted(id));
            if self.erase_user(&mut attempts, user, changes).await? {
                return Ok(());
            }
        }
    }
}
