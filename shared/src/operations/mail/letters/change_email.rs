//! The letters of a change of address: to the new one, and to the present one that approves it.

use jiff::Timestamp;

use crate::domain::one_time::{ApproveEmailChange, ChangeEmail};
use crate::domain::{EmailAddress, MailBudget, Redirect, RequestingSession, User};
use crate::mailer::Letter;
use crate::operations::mail::deliver_mail::Addressed;
use crate::operations::mail::granted::Granted;
use crate::operations::prelude::*;

impl Core {
    pub(in crate::operations::mail) fn change_email_letter(
        &self,
        recipient: Option<(User, &RequestingSession)>,
        new_email: &EmailAddress,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Option<Addressed> {
        let (user, requester) = recipient?;
        let expires_in = self.settings.verify_email_lifetime;
        let letter = |name, url| Letter::ChangeEmail {
            name,
            new_email: new_email.clone(),
            url,
            expires_in,
        };
        let grant = Granted {
            mailbox: new_email,
            requester: Some(requester),
            budget: Some(MailBudget::Letters(new_email.clone())),
            ..Granted::to(&user, callback, expires_in)
        };
        Some(self.granted::<ChangeEmail>(grant, letter, now))
    }

    pub(in crate::operations::mail) fn approve_email_change_letter(
        &self,
        recipient: Option<(User, &RequestingSession)>,
        new_email: &EmailAddress,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Option<Addressed> {
        let (user, requester) = recipient?;
        let expires_in = self.settings.verify_email_lifetime;
        let letter = |name, url| Letter::ApproveEmailChange {
            name,
            new_email: new_email.clone(),
            url,
            expires_in,
        };
        let grant = Granted {
            requester: Some(requester),
            new_email: Some(new_email),
            ..Granted::to(&user, callback, expires_in)
        };
        Some(self.granted::<ApproveEmailChange>(grant, letter, now))
    }
}
