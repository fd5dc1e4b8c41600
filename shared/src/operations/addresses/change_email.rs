//! Requesting a new address for the own account. The new mailbox confirms it, and the old one is notified.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailPurpose, RateLimit, Redirect, RequestingSession, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct ChangeEmail {
    pub new_email: EmailAddress,
    pub callback: Option<Redirect>,
    pub client_ip: String,
}

refusals! {
    pub enum ChangeEmailError {
        SameEmail: Conflict = "the address is the user's already",
    }
}

impl Core {
    /// The address changes when the new mailbox confirms. An address of another user gets the same answer, and no mail.
    pub async fn request_email_change(
        &self,
        caller: &Assured<StepUp>,
        command: ChangeEmail,
        now: Timestamp,
    ) -> Result<(), ChangeEmailError> {
        if command.new_email == caller.user.email {
            return Err(ChangeEmailError::SameEmail);
        }
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client_ip, now)
            .await?;
        self.limit_rate(RateLimit::MAILBOX, command.new_email.mailbox(), now)
            .await?;
        let is_taken = self.store.find_owner(&command.new_email).await?.is_some();
        let purpose = MailPurpose::ChangeEmail {
            // For a taken address the same item is written, with an unused id.
            user_id: if is_taken {
                UserId::generate(now, &*self.entropy)
            } else {
                caller.user.id
            },
            requester: Some(RequestingSession::of(&caller.user, &caller.session)),
            new_email: command.new_email.clone(),
            callback: command.callback,
        };
        let mail = self.mail(purpose, now);
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            if attempts.commit(Changes::new().enqueue(&mail)).await? {
                return Ok(());
            }
        }
    }
}
