//! Using up the ID token of a sign-in, and answering a repetition of the request.

use jiff::Timestamp;

use crate::domain::SpentToken;
use crate::domain::session::{RefreshChain, SessionState};
use crate::domain::{ChallengeToken, RefreshToken, Session, SessionToken, User, UserId};
use crate::operations::prelude::*;
use crate::operations::sessions::open_session::{Challenge, Issue, OpenedSession, SignedIn};
use crate::operations::social::sign_in_with_identity::{IdentitySignIn, IdentitySignInError, SignedInWithIdentity};
use crate::social::Granted;
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

    /// Adds the use of an ID token to the commit that links the identity: otherwise a copy of it would open a session.
    pub(super) fn spend_token_of_link(
        &self,
        changes: Changes,
        granted: &Granted,
        user_id: UserId,
        now: Timestamp,
    ) -> Changes {
        let Some(token) = &granted.single_use else {
            return changes;
        };
        changes.spend_token(&SpentToken {
            id: token.id(),
            user_id,
            session_id: None,
            is_new_user: false,
            salt: self.entropy.bytes(),
            at: now,
            expires_at: token.expires_at,
        })
    }

    /// Whether the same user has just linked an identity with the token, and the client may have lost the answer.
    pub(super) async fn is_repeated_link(
        &self,
        granted: &Granted,
        user_id: UserId,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        let Some(token) = &granted.single_use else {
            return Ok(false);
        };
        let spent = self.store.find_spent_token(&token.id()).await?;
        Ok(spent.is_some_and(|spent| {
            let is_link = spent.session_id.is_none() && !spent.is_new_user;
            is_link && spent.user_id == user_id && spent.may_be_repeated(now)
        }))
    }

    /// The answer to an earlier request with the same ID token, which the client may have lost. `None`: there was no
    /// such request, it was too long ago, or its tokens were used: a second factor was verified since, or the refresh
    /// token was rotated. The client has received the answer then, and another one would get the rights of its session.
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
            // A token that linked an identity has opened nothing.
            return if spent.is_new_user {
                Err(IdentitySignInError::EmailNotVerified)
            } else {
                Ok(None)
            };
        };
        let Some(LiveSession { session, user }) = self.store.find_session(spent.user_id, session_id).await? else {
            return Ok(None);
        };
        if command.policy.rejects_address_of(&user) {
            return Err(IdentitySignInError::EmailNotVerified);
        }
        // The earlier request may have been one of another contract, whose session has no account.
        let organization = command.policy.organization_of::<IdentitySignInError>(&user)?;
        if command.policy.account && session.active_organization != organization {
            return Ok(None);
        }
        let (secret, refresh) = token.session_secrets(&spent.salt);
        if !session.hash.matches(&secret) || !session.refresh.is_current(&refresh) {
            return Ok(None);
        }
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
        } else if session.is_pending(&user, now) && has_refresh_token(&session, command) {
            SignedIn::SecondFactor(self.open_further_challenge(command, user, now).await?)
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

    /// A challenge of its own, for a contract whose challenges come with a refresh token. If the repetition got the
    /// refresh token of the first answer, a copy of the ID token would gain the second factor as soon as the user has
    /// verified it.
    async fn open_further_challenge(
        &self,
        command: &IdentitySignIn,
        user: User,
        now: Timestamp,
    ) -> Result<Challenge, IdentitySignInError> {
        let signed_in = self.begin_session(&user, command.login(&user)?, now).await?;
        let SignedIn::SecondFactor(challenge) = signed_in else {
            return Err(Interruption::internal("a sign-in no longer waits for its second factor").into());
        };
        self.store
            .commit(Changes::new().create_session(&challenge.session))
            .await?;
        Ok(challenge)
    }
}

/// Whether the challenge comes with a refresh token, in the first answer or in this one.
fn has_refresh_token(pending: &Session, command: &IdentitySignIn) -> bool {
    pending.state == SessionState::PendingSecondFactorInHeader || command.policy.issue == Issue::AccessToken
}

/// What the commit does beside using up the token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outcome {
    pub opens_session: bool,
    pub is_new_user: bool,
}
