//! Requesting a new address for the own account. The new mailbox confirms it, and the old one is notified.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailPurpose, RateLimit, Redirect, UserId};
use crate::operations::prelude::*;
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
        /// Codes and password resets would go to the new mailbox, so a session that predates the second factor would
        /// bypass it.
        SecondFactorNotShown: Forbidden = "the second factor was not shown for this session",
    }
}

impl Core {
    /// The address changes when the new mailbox confirms. An address of another user gets the same answer, and no mail.
    pub async fn request_email_change(
        &self,
        caller: &Caller,
        command: ChangeEmail,
        now: Timestamp,
    ) -> Result<(), ChangeEmailError> {
        caller.expect_in_person()?;
        may_change_email(caller, &command.new_email)?;
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
            generation: caller.session.generation,
            new_email: command.new_email.clone(),
            callback: command.callback,
        };
        let mail = self.mail(purpose, now);
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            may_change_email(&attempts.caller(), &command.new_email)?;
            if attempts.commit(Changes::new().enqueue(&mail)).await? {
                return Ok(());
            }
        }
    }
}

fn may_change_email(caller: &Caller, to: &EmailAddress) -> Result<(), ChangeEmailError> {
    if !caller.session.may_manage_credentials(&caller.user) {
        return Err(ChangeEmailError::SecondFactorNotShown);
    }
    if *to == caller.user.email {
        return Err(ChangeEmailError::SameEmail);
    }
    Ok(())
}
