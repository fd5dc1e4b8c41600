//! Approving a change of the own address, with the token of a mail to the present one. The new address then gets the
//! mail that confirms the change.

use jiff::Timestamp;

use crate::domain::one_time::{ApproveEmailChange, GrantRefused};
use crate::domain::{OneTimeToken, RateLimit, Redirect, User};
use crate::operations::addresses::confirm_email_change::ConfirmEmailChangeError;
use crate::operations::prelude::*;
use crate::store::{Changes, LiveSession};

impl Core {
    /// `caller` is the user who is signed in where the mail was opened. The session that requested the change must be
    /// live: an attacker may have had it. Returns the user, who still has the present address.
    pub async fn approve_email_change(
        &self,
        caller: Option<&Caller>,
        token: &OneTimeToken<ApproveEmailChange>,
        callback: Option<&Redirect>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<User, ConfirmEmailChangeError> {
        let approval = Box::pin(self.spend_approval(caller, token, callback, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, approval)
            .await
    }

    async fn spend_approval(
        &self,
        caller: Option<&Caller>,
        token: &OneTimeToken<ApproveEmailChange>,
        callback: Option<&Redirect>,
        now: Timestamp,
    ) -> Result<User, ConfirmEmailChangeError> {
        if caller.is_some_and(|caller| caller.user.id != token.user_id) {
            return Err(ConfirmEmailChangeError::NotTheCallers);
        }
        let mut retries = self.retries(now);
        loop {
            let grant = self.store.find_grant::<ApproveEmailChange>(token.user_id).await?;
            let grant = grant.ok_or(GrantRefused::Unknown)?;
            grant.open(&token.secret, now)?;
            let requester = grant.requester.clone().ok_or(GrantRefused::Unknown)?;
            let new_email = grant.new_email.clone().ok_or(GrantRefused::Unknown)?;
            let session_id = requester.session_id;
            let found = self.store.find_session(token.user_id, session_id).await?;
            let live = found.filter(|LiveSession { session, user }| session.is_live(user, now));
            let user = live.map(|live| live.user).filter(|user| requester.is_current(user));
            let user = user.ok_or(GrantRefused::Unknown)?;
            let confirmation = self
                .mail_to_new_address(user.id, requester, new_email, callback.cloned(), now)
                .await?;
            let changes = Changes::new()
                .spend_grant::<ApproveEmailChange>(&grant)
                .require_user(&user)
                .require_session(user.id, session_id)
                .enqueue(&self.mail(confirmation, now));
            if retries.commit(changes).await? {
                return Ok(user);
            }
        }
    }
}
