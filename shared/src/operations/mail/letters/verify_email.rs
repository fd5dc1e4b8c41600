//! The letter that verifies an address.

use jiff::Timestamp;

use crate::domain::one_time::VerifyEmail;
use crate::domain::{Redirect, UserId};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::{Addressed, DeliverMailError};
use crate::operations::mail::granted::Granted;
use crate::operations::prelude::*;

impl Core {
    pub(in crate::operations::mail) async fn verify_email_letter(
        &self,
        user_id: UserId,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<Option<Addressed>, DeliverMailError> {
        let unverified = self
            .recipient(user_id, now)
            .await?
            .filter(|user| !user.is_email_verified());
        let Some(user) = unverified else { return Ok(None) };
        let expires_in = self.settings.verify_email_lifetime;
        let letter = |name, url| Letter::VerifyEmail { name, url, expires_in };
        let grant = Granted::to(&user, callback, expires_in);
        Ok(Some(self.granted::<VerifyEmail>(grant, letter, now)))
    }
}
