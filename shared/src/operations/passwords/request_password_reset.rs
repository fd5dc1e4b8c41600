//! Requesting the mail that resets the password. To prevent enumeration, a known and an unknown address get the same
//! answer after the same calls: the outbox gets an item of one size either way, and only its delivery decides whether a
//! mail is sent.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailPurpose, RateLimit, Redirect, UserId};
use crate::operations::prelude::*;
use crate::store::Changes;

#[derive(Debug)]
pub struct RequestPasswordReset {
    pub email: EmailAddress,
    /// The final target of the link in the mail, with the token. `None`: a page of this service.
    pub redirect: Option<Redirect>,
    pub client_ip: String,
}

impl Core {
    /// Returns whether the address is known. A contract that shows this says so in its document.
    pub async fn request_password_reset(
        &self,
        command: RequestPasswordReset,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
            .await?;
        self.limit_rate(RateLimit::MAILBOX, command.email.mailbox(), now)
            .await?;
        let owner = self.store.find_owner(&command.email).await?;
        let purpose = MailPurpose::ResetPassword {
            // For an unknown address the same item is written, with an unused id.
            user_id: owner.unwrap_or_else(|| UserId::generate(now, &*self.entropy)),
            callback: command.redirect,
        };
        self.store
            .commit(Changes::new().enqueue(&self.mail(purpose, now)))
            .await?;
        Ok(owner.is_some())
    }
}
