//! Setting another user's password, as an administrator.

use jiff::Timestamp;

use crate::domain::{DeviceKey, NewPassword, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::passwords::PasswordOwner;

impl Core {
    /// Ends the user's sessions: the usual reason is that another person knew the old password. Administrators change
    /// their own password with the old one, which an attacker with a stolen session does not know.
    pub async fn set_user_password(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        let action = AdminAction::new("set-user-password", &[UserPermission::SetPassword]);
        let mut administration = self.administer(caller, action, now).await?;
        administration.expect_other(id, UserPermission::SetPassword)?;
        let device_key = DeviceKey::generate(&*self.entropy);
        let mut hash = None;
        loop {
            let mut user = administration.target(id).await?;
            user.end_sessions(now);
            user.is_password_reset = false;
            // The hash is computed once, and only for a caller who is permitted to act on the user.
            let hash = if let Some(hash) = &hash {
                hash
            } else {
                let owner = PasswordOwner::of(&user);
                hash.insert(self.hash_password::<AdministerUserError>(password, owner).await?)
            };
            let changes = self.set_by_administrator(&user, hash, &device_key, now);
            if administration.commit(id, changes).await? {
                return Ok(());
            }
        }
    }
}
