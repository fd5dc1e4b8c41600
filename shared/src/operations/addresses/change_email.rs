//! Requesting a new address for the own account. The new mailbox confirms it, and the old one is notified; with
//! `APPROVE_EMAIL_CHANGES`, a verified old address approves it first.

use jiff::Timestamp;

use crate::domain::{EmailAddress, MailPurpose, RateLimit, Redirect, RequestedMail, RequestingSession, UserId};
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
        DomainNotAllowed: Forbidden = "the domain of the address is not allowed",
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
        let user = &caller.user;
        let ChangeEmail {
            new_email,
            callback,
            client_ip,
        } = command;
        if new_email == user.email {
            return Err(ChangeEmailError::SameEmail);
        }
        if !self.configuration().allows_domain_of(&new_email) {
            return Err(ChangeEmailError::DomainNotAllowed);
        }
        self.limit_rate(RateLimit::REQUEST_MAIL, &client_ip, now).await?;
        self.limit_mail_requests(RequestedMail::ChangeEmail, user.id, now)
            .await?;
        let requester = RequestingSession::of(user, &caller.session);
        let purpose = if self.settings.approve_email_changes && user.is_email_verified() {
            MailPurpose::ApproveEmailChange {
                user_id: user.id,
                requester,
                new_email,
                callback,
            }
        } else {
            self.mail_to_new_address(user.id, requester, new_email, callback, now)
                .await?
        };
        let mail = self.mail(purpose, now);
        let mut attempts = self.uncounted_attempts(caller, now);
        loop {
            if attempts.commit(Changes::new().enqueue(&mail)).await? {
                return Ok(());
            }
        }
    }

    /// The mail that confirms the change. For a taken address the same item is written, with an unused id, so that
    /// neither the response nor its cost reveals which addresses have users.
    pub(in crate::operations) async fn mail_to_new_address(
        &self,
        user_id: UserId,
        requester: RequestingSession,
        new_email: EmailAddress,
        callback: Option<Redirect>,
        now: Timestamp,
    ) -> Result<MailPurpose, Interruption> {
        let is_taken = self.store.find_owner(&new_email).await?.is_some();
        Ok(MailPurpose::ChangeEmail {
            user_id: if is_taken {
                UserId::generate(now, &*self.entropy)
            } else {
                user_id
            },
            requester: Some(requester),
            new_email,
            callback,
        })
    }
}
