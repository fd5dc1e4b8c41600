//! A new password for another user, set by an administrator.

use jiff::Timestamp;

use crate::domain::{Errand, NewPassword, User, UserId, UserPermission, one_time};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;
use crate::store::Changes;

impl Core {
    /// Ends the user's sessions: a password is mostly set because somebody else knew the old one. The own password is changed with the
    /// old one, which whoever finds a session open does not know.
    pub async fn set_user_password(
        &self,
        caller: &Caller,
        id: UserId,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        let deed = Deed::new("set-user-password", &[UserPermission::SetPassword]);
        self.begin(caller, &deed, now).await?;
        if id == caller.user.id {
            return Err(AdministerUserError::Yourself(UserPermission::SetPassword));
        }
        self.administered(caller, id).await?;
        let hash = self.passwords.hash(password, &*self.entropy).await?;
        let notice = self.mail(Errand::PasswordChanged { user_id: id }, now);
        let change = |user: &mut User, changes: Changes| {
            user.session_generation += 1;
            user.updated_at = now;
            changes
                .set_password(user.id, &hash)
                .drop_grant::<one_time::ResetPassword>(user.id)
                .drop_grant::<one_time::ChangeEmail>(user.id)
                .drop_grant::<one_time::DeleteUser>(user.id)
                .enqueue(&notice)
        };
        self.administer(caller, id, deed, change, now).await?;
        Ok(())
    }
}
