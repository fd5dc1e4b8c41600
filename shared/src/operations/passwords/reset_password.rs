//! Resetting the password with the token of a mail.

use jiff::Timestamp;

use crate::domain::one_time::{ChangeEmail, DeleteUser, GrantRefused, ResetPassword};
use crate::domain::password::WeakPassword;
use crate::domain::user::AccountBlocked;
use crate::domain::{
    DeviceId, DeviceKey, KnownDeviceToken, MailPurpose, NewPassword, OneTimeGrant, OneTimeToken, RateLimit, User,
};
use crate::operations::prelude::*;
use crate::passwords::PasswordOwner;
use crate::store::Changes;

refusals! {
    pub enum ResetPasswordError {
    }
    of {
        TokenRefused(#[from] GrantRefused) [GrantRefused::Spent] on GrantSpent = "{0}",
        AccountBlocked(#[from] AccountBlocked) = "{0}",
        WeakPassword(#[from] WeakPassword) = "{0}",
    }
}

#[derive(Debug)]
pub struct PasswordReset {
    /// Makes the client a known device.
    pub device: KnownDeviceToken,
    /// The user as read before the sessions ended.
    pub before: User,
}

impl Core {
    /// Consumes the token, sets the password, ends every session, and verifies the address: the client with the token
    /// reads the mailbox. Mails that a stolen session may have requested, for a change of the address or a deletion,
    /// can no longer be confirmed. If the address was never verified, the person
    /// who signed up with it loses the account: every other method of sign-in, names and organizations go.
    ///
    /// One commit does all of it, unless there is more to revoke than a commit can hold. Then each commit sets the new
    /// password and ends the sessions, and only the last one consumes the token and verifies the address. After an
    /// aborted reset the new password is valid, and the token completes the reset.
    ///
    /// Attempts at the old password no longer count, and the client becomes a known device: an attacker who continues
    /// to guess cannot keep it from signing in.
    pub async fn reset_password(
        &self,
        token: &OneTimeToken<ResetPassword>,
        password: &NewPassword,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<PasswordReset, ResetPasswordError> {
        let reset = Box::pin(self.spend_reset(token, password, now));
        self.limit_failures(RateLimit::SPEND_TOKEN, client_ip, now, reset).await
    }

    async fn spend_reset(
        &self,
        token: &OneTimeToken<ResetPassword>,
        password: &NewPassword,
        now: Timestamp,
    ) -> Result<PasswordReset, ResetPasswordError> {
        let grant = self.store.find_grant::<ResetPassword>(token.user_id).await?;
        let grant = grant.ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        let mut user = self.user_of_grant(&grant, now).await?;
        let hash = self
            .hash_password::<ResetPasswordError>(password, PasswordOwner::of(&user))
            .await?;
        let device_key = DeviceKey::generate(&*self.entropy);
        let notice = self.mail(MailPurpose::PasswordChanged { user_id: user.id }, now);
        let mut retries = self.retries(now);
        let mut before: Option<User> = None;
        loop {
            let read = user.clone();
            let mut changes = Changes::new()
                .set_password_and_device_key(user.id, &hash, &device_key)
                .drop_grant::<ChangeEmail>(user.id)
                .drop_grant::<DeleteUser>(user.id);
            let (mut is_last, mut dissolved) = (true, Vec::new());
            if !user.is_email_verified() {
                let reclaiming = self.reclaim_account(&mut user, changes, now).await?;
                is_last = reclaiming.is_all;
                (changes, dissolved) = reclaiming.into_parts();
            }
            user.end_sessions(now);
            user.is_password_reset = true;
            if is_last {
                user.email_verified_at.get_or_insert(now);
                changes = changes.mark_grant_spent::<ResetPassword>(&grant, now).enqueue(&notice);
            }
            // The username and the number of a reclaimed account are released.
            let changes = changes.forget_attempts_of(&user).update_user(&user);
            if self.commit_reclaiming(&mut retries, changes, &dissolved, now).await? {
                let before = before.get_or_insert(read);
                if is_last {
                    return Ok(PasswordReset {
                        device: device_key.issue(user.id, DeviceId::generate(now, &*self.entropy)),
                        before: before.clone(),
                    });
                }
            }
            user = self.user_of_grant(&grant, now).await?;
        }
    }

    /// A grant for an address that is no longer the user's authorizes nothing.
    async fn user_of_grant(&self, grant: &OneTimeGrant, now: Timestamp) -> Result<User, ResetPasswordError> {
        let user = self.store.find_user(grant.user_id).await?;
        let user = user.filter(|user| user.email == grant.email);
        let user = user.ok_or(GrantRefused::Unknown)?;
        user.admit(now)?;
        Ok(user)
    }
}
