//! Changing the own address, with the token of a mail to the new one.

use jiff::Timestamp;

use crate::domain::one_time::{ChangeEmail, GrantRefused, ResetPassword};
use crate::domain::user::AccountBlocked;
use crate::domain::{EmailStatus, MailPurpose, OneTimeToken, RateLimit, User};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum ConfirmEmailChangeError {
        /// A user who opens another user's mail by mistake must not complete the change.
        NotTheCallers: Forbidden = "another user is signed in where the mail was opened",
        /// Another user claimed the address after the mail was sent.
        EmailTaken: Conflict on EmailTaken = "another user has the address",
    }
    of {
        TokenRefused(#[from] GrantRefused) [GrantRefused::Unknown] on GrantSpent = "{0}",
        AccountBlocked(#[from] AccountBlocked) = "{0}",
    }
}

impl Core {
    /// The new address becomes the user's, and verified. Tokens that were mailed to the old one become invalid.
    /// `caller` is the user who is signed in where the mail was opened.
    pub async fn confirm_email_change(
        &self,
        caller: Option<&Caller>,
        token: &OneTimeToken<ChangeEmail>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<User, ConfirmEmailChangeError> {
        let change = Box::pin(self.spend_email_change(caller, token, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, change)
            .await
    }

    async fn spend_email_change(
        &self,
        caller: Option<&Caller>,
        token: &OneTimeToken<ChangeEmail>,
        now: Timestamp,
    ) -> Result<User, ConfirmEmailChangeError> {
        if caller.is_some_and(|caller| caller.user.id != token.user_id) {
            return Err(ConfirmEmailChangeError::NotTheCallers);
        }
        let mut retries = self.retries(now);
        loop {
            let grant = self.store.find_grant::<ChangeEmail>(token.user_id).await?;
            let grant = grant.ok_or(GrantRefused::Unknown)?;
            grant.open(&token.secret, now)?;
            // The domain may have been allowed when the change was requested.
            if !self.configuration().allows_domain_of(&grant.email) {
                return Err(GrantRefused::Unknown.into());
            }
            let user = self.store.find_user(token.user_id).await?;
            // A parallel request may have spent the token after the grant was read: the address is then another one.
            let user = user.filter(|user| grant.is_requested_by(user));
            let mut user = user.ok_or(GrantRefused::Unknown)?;
            user.admit(now)?;
            let was_verified = user.is_email_verified();
            let old_email = std::mem::replace(&mut user.email, grant.email.clone());
            user.email_verified_at = Some(now);
            user.email_status = EmailStatus::Deliverable;
            user.updated_at = now;
            let notice = MailPurpose::EmailChanged {
                user_id: user.id,
                old_email: old_email.clone(),
                was_verified,
            };
            let changes = Changes::new()
                .spend_grant::<ChangeEmail>(&grant)
                .claim_email(&user.email, user.id)
                .release_email(&old_email, user.id)
                .drop_grant::<ResetPassword>(user.id)
                .update_user(&user)
                .enqueue(&self.mail(notice, now));
            if retries.commit(changes).await? {
                return Ok(user);
            }
        }
    }
}
