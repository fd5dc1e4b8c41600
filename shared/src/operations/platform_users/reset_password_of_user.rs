//! Setting a user's password as an administrator of the platform.

use jiff::Timestamp;

use crate::domain::{DeviceKey, NewPassword, PasswordRules, UserId};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_users::platform_user_error::PlatformUserError;
use crate::operations::prelude::*;
use crate::passwords::PasswordOwner;

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
            let changes = self.set_by_administrator(&user, hash, &device_key, now);
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
                text.push(self.entropy.pick(LETTERS));
            }
            let has = |class: fn(&char) -> bool| text.chars().any(|c| class(&c));
            if has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit) {
                return text;
            }
        }
    }
}
