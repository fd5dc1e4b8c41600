//! The letters whose link sets a new password.

use jiff::Timestamp;

use crate::domain::one_time::ResetPassword;
use crate::domain::{AccountMember, Redirect, UserId};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::mail::granted::{Granted, budget_of_reset};
use crate::operations::prelude::*;

impl Core {
    /// A user who has never set a password is asked to do that: a reset would not activate them.
    pub(in crate::operations::mail) async fn reset_password_letter(
        &self,
        user_id: UserId,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(user) = self.store.find_user(user_id).await? else {
            return Ok(None);
        };
        if user.activation().is_some()
            && let Some(organization) = AccountMember::home_of(&user)
        {
            let budget = budget_of_reset(&user);
            return self.activation_letter(&user, organization, budget, now).await;
        }
        if user.admit(now).is_err() {
            return Ok(None);
        }
        let expires_in = self.settings.reset_password_lifetime;
        let letter = |name, url| Letter::ResetPassword { name, url, expires_in };
        let grant = Granted {
            budget: budget_of_reset(&user),
            ..Granted::to(&user, callback, expires_in)
        };
        Ok(Some(self.granted::<ResetPassword>(grant, letter, now)))
    }

    /// After too many failed sign-ins in a row. The letter leads the owner back in.
    pub(in crate::operations::mail) async fn password_locked_letter(
        &self,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let Some(user) = self.recipient(user_id, now).await? else {
            return Ok(None);
        };
        let expires_in = self.settings.reset_password_lifetime;
        let letter = |name, url| Letter::PasswordLocked { name, url, expires_in };
        let grant = Granted {
            // A series of failures causes one.
            budget: None,
            ..Granted::to(&user, None, expires_in)
        };
        Ok(Some(self.granted::<ResetPassword>(grant, letter, now)))
    }
}
