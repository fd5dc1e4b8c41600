//! The owner of an address says that they did not sign up with it, with the token of the mail that verifies the address.

use jiff::Timestamp;

use crate::domain::one_time::VerifyEmail;
use crate::domain::{OneTimeToken, RateLimit};
use crate::operations::addresses::verify_email::VerifyEmailError;
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// Verifies the address, and takes the account from the person who signed up with it: the password goes, too. Its owner
    /// gets in by resetting the password, or through a provider that has verified the address. `false`: the address was
    /// verified before, so the account is its owner's, and nothing changes.
    ///
    /// There may be more to take away than a commit can hold. Then each commit ends the sessions and deletes the
    /// password, and only the last one verifies the address.
    pub async fn reject_sign_up(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<bool, VerifyEmailError> {
        let rejection = Box::pin(self.spend_rejection(token, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, rejection)
            .await
    }

    async fn spend_rejection(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        now: Timestamp,
    ) -> Result<bool, VerifyEmailError> {
        let mut retries = self.retries(now);
        loop {
            let mut user = self.user_of_verification(token, now).await?;
            if user.is_email_verified() {
                return Ok(false);
            }
            let changes = Changes::new().delete_password(user.id);
            let reclaiming = self.reclaim_account(&mut user, changes, now).await?;
            let is_last = reclaiming.is_all;
            let (changes, dissolved) = reclaiming.into_parts();
            user.end_sessions(now);
            if is_last {
                user.email_verified_at = Some(now);
            }
            let changes = changes.update_user(&user);
            if self.commit_reclaiming(&mut retries, changes, &dissolved, now).await? && is_last {
                return Ok(true);
            }
        }
    }
}
