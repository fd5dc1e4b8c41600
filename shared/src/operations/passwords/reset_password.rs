//! Choosing a new password with the token of a mail.

use jiff::Timestamp;

use crate::domain::one_time::{ChangeEmail, DeleteUser, GrantRefused, ResetPassword};
use crate::domain::user::Barred;
use crate::domain::{Errand, NewPassword, OneTimeGrant, OneTimeToken, RateLimit, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordError {
    #[error(transparent)]
    TokenRefused(#[from] GrantRefused),
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum CheckResetTokenError {
    #[error(transparent)]
    TokenRefused(#[from] GrantRefused),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ResetPasswordError, CheckResetTokenError);

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Whether the token could be used now. It stays valid.
    pub async fn check_reset_token(
        &self,
        token: &OneTimeToken<ResetPassword>,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), CheckResetTokenError> {
        self.limit_rate(RateLimit::CHECK_TOKEN, client_ip, now).await?;
        let grant = self
            .store
            .find_grant::<ResetPassword>(token.user_id)
            .await?
            .ok_or(GrantRefused::Unknown)?;
        Ok(grant.open(&token.secret, now)?)
    }

    /// Spends the token, ends every session, and counts the address as verified: whoever has the token reads the mailbox. What a
    /// stranger with a stolen session may have asked for, a move to another address or a deletion, can no longer be confirmed. When
    /// nobody had verified the address before, anybody may have signed up with it: then nothing else opens the account any more.
    pub async fn reset_password(
        &self,
        token: &OneTimeToken<ResetPassword>,
        password: &NewPassword,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<(), ResetPasswordError> {
        self.limit_rate(RateLimit::SPEND_TOKEN, client_ip, now).await?;
        let grant = self
            .store
            .find_grant::<ResetPassword>(token.user_id)
            .await?
            .ok_or(GrantRefused::Unknown)?;
        grant.open(&token.secret, now)?;
        let mut user = self.whose_it_is(&grant, now).await?;
        let hash = self.passwords.hash(password, &*self.entropy).await?;
        let notice = self.mail(Errand::PasswordChanged { user_id: user.id }, now);
        for _ in 0..ROUNDS {
            if let Some(alone) = self.leave_alone(user, now).await? {
                let user = reset(alone, now);
                let changes = Changes::new()
                    .spend_grant::<ResetPassword>(&grant)
                    .set_password(user.id, &hash)
                    .update_user(&user)
                    .drop_grant::<ChangeEmail>(user.id)
                    .drop_grant::<DeleteUser>(user.id)
                    .enqueue(&notice);
                match self.store.commit(changes).await {
                    Ok(()) => return Ok(()),
                    Err(CommitError::Conflict(Conflict::GrantSpent)) => return Err(GrantRefused::Unknown.into()),
                    Err(CommitError::Conflict(Conflict::UserMoved)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            user = self.whose_it_is(&grant, now).await?;
        }
        Err(Interruption::Unavailable.into())
    }

    /// A grant for an address that is no longer the user's proves nothing about the user.
    async fn whose_it_is(&self, grant: &OneTimeGrant, now: Timestamp) -> Result<User, ResetPasswordError> {
        let user = self.store.find_user(grant.user_id).await?;
        let user = user.filter(|user| user.email == grant.email);
        let user = user.ok_or(GrantRefused::Unknown)?;
        user.admit(now)?;
        Ok(user)
    }
}

fn reset(mut user: User, now: Timestamp) -> User {
    user.email_verified_at.get_or_insert(now);
    user.session_generation += 1;
    user.updated_at = now;
    user
}
