//! Requesting the mail that resets the password. To prevent enumeration, a known and an unknown address get the same
//! answer after the same calls: the outbox gets an item of one size either way, and only its delivery decides whether a
//! mail is sent.

use jiff::Timestamp;

use crate::captcha::{CaptchaCheck, CaptchaRefused};
use crate::domain::{EmailAddress, MailPurpose, RateLimit, Redirect, RequestedMail, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::Client;
use crate::store::Changes;

#[derive(Debug)]
pub struct RequestPasswordReset {
    pub email: EmailAddress,
    /// The final target of the link in the mail, with the token. `None`: a page of this service.
    pub redirect: Option<Redirect>,
    pub captcha: CaptchaCheck,
    pub client: Client,
}

refusals! {
    pub enum RequestPasswordResetError {
    }
    of {
        Captcha(#[from] CaptchaRefused) = "{0}",
    }
}

impl Core {
    /// Returns whether the address is known. A contract that shows this says so in its document.
    pub async fn request_password_reset(
        &self,
        command: RequestPasswordReset,
        now: Timestamp,
    ) -> Result<bool, RequestPasswordResetError> {
        self.limit_rate(RateLimit::REQUEST_MAIL, &command.client.ip, now)
            .await?;
        self.verify_captcha(&command.captcha, &command.client, now).await?;
        self.limit_mail_requests(RequestedMail::ResetPassword, &command.email, now)
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
