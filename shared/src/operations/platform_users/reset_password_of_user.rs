//! Setting a user's password as an administrator of the platform.

use jiff::Timestamp;

use crate::domain::{DeviceKey, MailPurpose, NewPassword, PasswordRules, UserId, one_time};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_users::platform_user_error::PlatformUserError;
use crate::operations::prelude::*;
use crate::passwords::PasswordOwner;
use crate::store::Changes;

/// The characters of a generated password, without those that look alike.
const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Twenty of them have some 115 random bits.
const LENGTH: usize = 20;
const GROUP: usize = 5;

impl Core {
    /// Ends the user's sessions, and notifies the user. Returns the password if it was generated.
    pub async fn reset_password_of_user(
        &self,
        caller: &AdminCaller,
        id: UserId,
        password: Option<NewPassword>,
        now: Timestamp,
    ) -> Result<Option<String>, PlatformUserError> {
        let (password, generated) = if let Some(password) = password {
            (password, None)
        } else {
            let text = self.generate_password();
            let rules = PasswordRules { min: LENGTH, max: 1024 };
            (NewPassword::parse(&text, rules)?, Some(text))
        };
        let device_key = DeviceKey::generate(&*self.entropy);
        let notice = self.mail(MailPurpose::PasswordChanged { user_id: id }, now);
        let mut hash = None;
        let mut attempts = self.admin_attempts(caller, "admin-reset-password-of-user", now);
        loop {
            let mut user = self.platform_user(id).await?;
            user.end_sessions(now);
            user.password_generation += 1;
            user.is_password_reset = false;
            // The hash is computed once, and only for a user who exists.
            let hash = if let Some(hash) = &hash {
                hash
            } else {
                let owner = PasswordOwner::of(&user);
                hash.insert(self.hash_password::<PlatformUserError>(&password, owner).await?)
            };
            let changes = Changes::new()
                .update_user(&user)
                .set_password_and_device_key(id, hash, &device_key)
                .forget_attempts_of(&user)
                .drop_grant::<one_time::ResetPassword>(id)
                .drop_grant::<one_time::ChangeEmail>(id)
                .drop_grant::<one_time::DeleteUser>(id)
                .enqueue(&notice);
            if attempts.commit(id, changes).await? {
                return Ok(generated);
            }
        }
    }

    /// Groups of characters with hyphens between them, with a character of each class that a contract may require.
    fn generate_password(&self) -> String {
        loop {
            let mut text = String::new();
            while text.len() < LENGTH + LENGTH / GROUP - 1 {
                if text.len() % (GROUP + 1) == GROUP {
                    text.push('-');
                }
                let [byte] = self.entropy.bytes::<1>();
                // Each character with the same probability.
                let at = usize::from(byte);
                if at < 256 - 256 % LETTERS.len() {
                    text.push(char::from(LETTERS[at % LETTERS.len()]));
                }
            }
            let has = |class: fn(&char) -> bool| text.chars().any(|c| class(&c));
            if has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit) {
                return text;
            }
        }
    }
}
