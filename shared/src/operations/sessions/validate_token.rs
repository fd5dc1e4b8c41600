//! Token introspection: whether a token is valid, and whose it is. It takes one round trip and does not change the
//! token.

use jiff::Timestamp;

use crate::domain::{RefreshToken, Session, User};
use crate::operations::prelude::*;
use crate::operations::sessions::authenticate::{Caller, Credential};
use crate::operations::sessions::sign_in_policy::SignInPolicy;
use crate::store::LiveSession;

/// The token to validate.
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

refusals! {
    pub enum ValidateTokenError {
        Invalid: Unauthenticated = "the token is unknown, expired, used or revoked",
    }
}

impl Core {
    /// The service that asks cannot distinguish an impersonation from the user, so the token of one is not valid here.
    /// It may identify users by their address, so the policy's rule on addresses applies.
    pub async fn validate_token(
        &self,
        token: &PresentedToken,
        policy: &SignInPolicy,
        now: Timestamp,
    ) -> Result<ValidToken, ValidateTokenError> {
        let holder = match token {
            PresentedToken::Access(credential) => self.authenticate_until(credential, now).await?,
            PresentedToken::Refresh(token) => self.holder(token, now).await?,
        };
        let (Caller { user, session, .. }, expires_at) = holder
            .filter(|(caller, _)| caller.session.impersonator.is_none())
            .filter(|(caller, _)| !policy.rejects_address_of(&caller.user))
            .ok_or(ValidateTokenError::Invalid)?;
        Ok(ValidToken {
            user,
            session,
            expires_at,
        })
    }

    /// The user whose session the refresh token extends, and the end of the session. A replaced token is not valid, but
    /// no reuse is detected either: the client did not try to exchange it.
    async fn holder(
        &self,
        token: &RefreshToken,
        now: Timestamp,
    ) -> Result<Option<(Caller, Timestamp)>, ValidateTokenError> {
        let stored = self.store.find_session(token.user_id, token.session_id).await?;
        let live = self.if_live(stored, now).await?;
        let holder = live.filter(|LiveSession { session, .. }| session.refresh.is_current(&token.secret));
        Ok(holder.map(|LiveSession { session, user }| {
            let end = session.expires_at;
            (Caller::new(user, session, None), end)
        }))
    }
}
