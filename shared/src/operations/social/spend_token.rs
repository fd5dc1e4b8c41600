//! Using up the ID token of a sign-in, and answering a repetition of the request.

use jiff::Timestamp;

use crate::domain::SpentToken;
use crate::domain::session::RefreshChain;
use crate::domain::{ChallengeToken, RefreshToken, SessionToken};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::{Challenge, Issue, OpenedSession, SignedIn};
use crate::operations::social::sign_in_with_identity::{IdentitySignIn, IdentitySignInError, SignedInWithIdentity};
use crate::store::{Changes, LiveSession};

impl Core {
    /// Adds the use of the ID token to the commit that opens a session or makes a user. The secrets of the session
    /// become those that a repetition of the request derives again.
    pub(super) fn spend_token(
        &self,
        changes: Changes,
        command: &IdentitySignIn,
        signed_in: &mut SignedIn,
        outcome: Outcome,
        now: Timestamp,
    ) -> Changes {
        let Some(token) = &command.granted.single_use else {
            return changes;
        };
        let salt = self.entropy.bytes();
        let (secret, refresh) = token.session_secrets(&salt);
        let (session, refresh_token) = match signed_in {
            SignedIn::Session(opened) => {
                opened.token.secret = secret.clone();
                (&mut opened.session, &mut opened.refresh_token)
            }
            SignedIn::SecondFactor(challenge) => {
                challenge.token.secret = secret.clone();
                (&mut challenge.session, &mut challenge.refresh_token)
            }
        };
        session.hash = secret.hash();
        session.refresh = RefreshChain::start(&refresh);
        refresh_token.secret = refresh;
        changes.spend_token(&SpentToken {
            id: token.id(),
            user_id: session.user_id,
            session_id: outcome.opens_session.then_some(session.id),
            is_new_user: outcome.is_new_user,
            salt,
            at: now,
            expires_at: token.expires_at,
        })
    }

    /// The answer to an earlier request with the same ID token, which the client may have lost. `None`: there was no
    /// such request, or it was too long ago.
    pub(super) async fn repeat_sign_in(
        &self,
        command: &IdentitySignIn,
        now: Timestamp,
    ) -> Result<Option<SignedInWithIdentity>, IdentitySignInError> {
        let Some(token) = &command.granted.single_use else {
            return Ok(None);
        };
        let spent = self.store.find_spent_token(&token.id()).await?;
        let is_same_request =
            |spent: &SpentToken| spent.may_be_repeated(now) && (spent.is_new_user || !command.must_sign_up);
        let Some(spent) = spent.filter(is_same_request) else {
            return Ok(None);
        };
        let Some(session_id) = spent.session_id else {
            return Err(IdentitySignInError::EmailNotVerified);
        };
        let Some(LiveSession { session, user }) = self.store.find_session(spent.user_id, session_id).await? else {
            return Ok(None);
        };
        if command.policy.rejects_address_of(&user) {
            return Err(IdentitySignInError::EmailNotVerified);
        }
        let (secret, refresh) = token.session_secrets(&spent.salt);
        let refresh_token = RefreshToken {
            user_id: user.id,
            session_id,
            secret: refresh,
        };
        let signed_in = if session.is_live(&user, now) {
            SignedIn::Session(OpenedSession {
                access_token: match command.policy.issue {
                    Issue::Session => None,
                    Issue::AccessToken => Some(self.sign_access_token(&user, &session, now).await?),
                },
                token: SessionToken {
                    user_id: user.id,
                    session_id,
                    secret,
                },
                refresh_token,
                trusted_device: None,
                known_device: None,
                user,
                session,
            })
        } else if session.is_pending(&user, now) {
            SignedIn::SecondFactor(Challenge {
                token: ChallengeToken {
                    user_id: user.id,
                    session_id,
                    secret,
                },
                refresh_token,
                known_device: None,
                user,
                session,
            })
        } else {
            return Ok(None);
        };
        Ok(Some(SignedInWithIdentity {
            signed_in,
            is_new_user: spent.is_new_user,
        }))
    }
}

/// What the commit does beside using up the token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    pub opens_session: bool,
    pub is_new_user: bool,
}
