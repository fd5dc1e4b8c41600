//! Telling somebody else whether a token of a user's is good, and whose it is. One round trip, which uses nothing up.

use jiff::Timestamp;

use crate::domain::{RefreshToken, Session, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::{Caller, Credential};
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::store::LiveSession;

/// What is said to be a token, and of which kind.
#[derive(Debug)]
pub enum PresentedToken {
    Access(Credential),
    Refresh(RefreshToken),
}

#[derive(Debug)]
pub struct ValidToken {
    pub user: User,
    pub session: Session,
    pub expires_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum ValidateTokenError {
    #[error("the token is unknown, expired, used or revoked")]
    Invalid,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ValidateTokenError);

impl Core {
    /// The asking service would take an administrator who impersonates the user for the user, so the token of such a session is invalid
    /// here. It may also take the address for the identity of the user, so the policy's rule on addresses applies.
    pub async fn validate_token(
        &self,
        token: &PresentedToken,
        policy: &SignInPolicy,
        now: Timestamp,
    ) -> Result<ValidToken, ValidateTokenError> {
        let found = match token {
            PresentedToken::Access(credential) => self.authenticate_until(credential, now).await?,
            PresentedToken::Refresh(token) => self.holder(token, now).await?,
        };
        let (Caller { user, session, .. }, expires_at) = found
            .filter(|(caller, _)| caller.session.impersonator.is_none())
            .filter(|(caller, _)| !policy.rejects_address_of(&caller.user))
            .ok_or(ValidateTokenError::Invalid)?;
        Ok(ValidToken {
            user,
            session,
            expires_at,
        })
    }

    /// The user whose session the token would lengthen, and its end. One that was replaced is good for nothing, and is not taken for
    /// stolen: it was not presented to be exchanged.
    async fn holder(
        &self,
        token: &RefreshToken,
        now: Timestamp,
    ) -> Result<Option<(Caller, Timestamp)>, ValidateTokenError> {
        let found = self.store.find_session(token.user_id, token.session_id).await?;
        let live = self.live(found, now).await?;
        let holder = live.filter(|LiveSession { session, .. }| session.refresh.is_current(&token.secret));
        Ok(holder.map(|LiveSession { session, user }| {
            let end = session.expires_at;
            (Caller::new(user, session, None), end)
        }))
    }
}
