//! What follows when an administrator sets the password of a user.

use jiff::Timestamp;

use crate::domain::{DeviceKey, MailPurpose, PasswordHash, User, one_time};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// Writes the user, whose sessions the caller of this function has ended, with the new password. Failed attempts, and
    /// mails with which the former password could be replaced, no longer count. The user is notified.
    pub(in crate::operations) fn set_by_administrator(
        &self,
        user: &User,
        hash: &PasswordHash,
        device_key: &DeviceKey,
        now: Timestamp,
    ) -> Changes {
        let notice = self.mail(MailPurpose::PasswordChanged { user_id: user.id }, now);
        Changes::new()
            .update_user(user)
            .set_password_and_device_key(user.id, hash, device_key)
            .forget_attempts_of(user)
            .drop_grant::<one_time::ResetPassword>(user.id)
            .drop_grant::<one_time::ChangeEmail>(user.id)
            .drop_grant::<one_time::DeleteUser>(user.id)
            .enqueue(&notice)
    }
}
