//! Sending the mail that verifies an address again.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailPurpose, RateLimit, Redirect, RequestedMail, UserId};
use crate::operations::prelude::*;
use crate::store::Changes;

#[derive(Debug)]
pub struct SendVerificationEmail {
    pub email: EmailAddress,
    pub callback: Option<Redirect>,
    pub client_ip: String,
}

refusals! {
    /// Only a signed-in user gets these answers, about the own address. Other clients cannot enumerate addresses.
    pub enum SendVerificationEmailError {
        NotTheCallers: Forbidden = "the address is not the caller's",
        AlreadyVerified: Conflict = "the address is verified",
    }
}

impl Core {
    pub async fn send_verification_email(
        &self,
        caller: Option<&Caller>,
        command: SendVerificationEmail,
        now: Timestamp,
    ) -> Result<(), SendVerificationEmailError> {
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
            .await?;
        // Refused requests do not count against the address, which may be another person's.
        let owner = match caller {
            Some(caller) if caller.user.email != command.email => {
                return Err(SendVerificationEmailError::NotTheCallers);
            }
            Some(caller) if caller.user.is_email_verified() => {
                return Err(SendVerificationEmailError::AlreadyVerified);
            }
            Some(caller) => {
                self.limit_mail_requests(RequestedMail::VerifyEmail, caller.user.id, now)
                    .await?;
                Some(caller.user.id)
            }
            None => {
                self.limit_mail_requests(RequestedMail::VerifyEmail, &command.email, now)
                    .await?;
                self.store.find_owner(&command.email).await?
            }
        };
        // A verified address gets no mail. The delivery decides that.
        let purpose = MailPurpose::VerifyEmail {
            // For an unknown address the same item is written, with an unused id.
            user_id: owner.unwrap_or_else(|| UserId::generate(now, &*self.entropy)),
            callback: command.callback,
        };
        self.store
            .commit(Changes::new().enqueue(&self.mail(purpose, now)))
            .await?;
        Ok(())
    }
}
