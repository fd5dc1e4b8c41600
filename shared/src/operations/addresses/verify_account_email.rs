//! Verifying the address of a user of an account, who need not be active yet. A user without a password gets a token that
//! sets the first one.

use jiff::Timestamp;

use crate::domain::one_time::{GrantRefused, SetPassword, VerifyEmail};
use crate::domain::user::AccountBlocked;
use crate::domain::{AccountMember, OneTimeGrant, OneTimeToken, RateLimit, User};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum VerifyAccountEmailError {
        /// With this token or in another way.
        AlreadyVerified: Conflict = "the address was verified before",
        NoAccount: NotFound = "the user has no active account in which they have a role",
    }
    of {
        TokenRefused(#[from] GrantRefused) = "{0}",
        AccountBlocked(#[from] AccountBlocked) = "{0}",
    }
}

#[derive(Debug)]
pub struct VerifiedAccountEmail {
    pub user: User,
    /// Sets the first password; `None` for a user who has one.
    pub password_setup: Option<OneTimeToken<SetPassword>>,
}

impl Core {
    /// No session is opened. Of several requests with one token, one verifies the address.
    pub async fn verify_account_email(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<VerifiedAccountEmail, VerifyAccountEmailError> {
        let verification = Box::pin(self.spend_account_verification(token, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, verification)
            .await
    }

    async fn spend_account_verification(
        &self,
        token: &OneTimeToken<VerifyEmail>,
        now: Timestamp,
    ) -> Result<VerifiedAccountEmail, VerifyAccountEmailError> {
        let mut retries = self.retries(now);
        loop {
            let grant = self.store.find_grant_of(token).await?.ok_or(GrantRefused::Unknown)?;
            grant.open(&token.secret, now)?;
            let (user, password) = self.store.find_user_and_password(token.user_id).await?;
            // A grant for an address that is no longer the user's verifies nothing.
            let user = user.filter(|user| user.email == grant.email);
            let mut user = user.ok_or(GrantRefused::Unknown)?;
            if user.activation().is_none() {
                user = self.lift_expired_ban::<VerifyAccountEmailError>(user, now).await?;
            }
            if user.is_email_verified() {
                return Err(VerifyAccountEmailError::AlreadyVerified);
            }
            AccountMember::home_of(&user).ok_or(VerifyAccountEmailError::NoAccount)?;
            user.email_verified_at = Some(now);
            user.updated_at = now;
            let mut changes = Changes::new().update_user(&user);
            let mut password_setup = None;
            if password.is_none() {
                let expires_at = now + self.configuration().invitation_lifetime;
                let (grant, secret) =
                    OneTimeGrant::issue(user.id, user.email.clone(), None, expires_at, &*self.entropy);
                changes = changes.put_grant::<SetPassword>(&grant);
                password_setup = Some(OneTimeToken::new(user.id, secret));
            }
            if retries.commit(changes).await? {
                user.mark_stored();
                return Ok(VerifiedAccountEmail { user, password_setup });
            }
        }
    }
}
