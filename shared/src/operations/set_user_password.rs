//! A new password for another user, set by an administrator.

use jiff::Timestamp;

use super::{AdministerUserError, Caller, Core};
use crate::domain::{Errand, NewPassword, UserId, UserPermission, one_time};

impl Core {
    /// Ends the user's sessions, but for the caller's own: a password is mostly set because somebody else knew the old one.
    pub async fn set_user_password(
        &self,
        caller: &Caller,
        id: UserId,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        self.permit(caller, UserPermission::SetPassword)?;
        self.administered(caller, id).await?;
        let hash = self.passwords.hash(password, &*self.entropy).await;
        let notice = self.mail(Errand::PasswordChanged { user_id: id }, now);
        self.administer(caller, id, |user, changes| {
            if user.id != caller.user.id {
                user.session_generation += 1;
            }
            user.updated_at = now;
            changes
                .set_password(user.id, &hash)
                .drop_grant::<one_time::ResetPassword>(user.id)
                .drop_grant::<one_time::ChangeEmail>(user.id)
                .drop_grant::<one_time::DeleteUser>(user.id)
                .enqueue(&notice)
        })
        .await?;
        Ok(())
    }
}
