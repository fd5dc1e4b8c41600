//! Renewing the caller's session when its privileges change: another session takes its place, so that a copy of any old
//! token, be it a cookie, an access token or a refresh token, is worthless (session fixation).

use jiff::Timestamp;

use crate::domain::session::{AuthenticationMethod, RefreshChain};
use crate::domain::{RefreshSecret, RefreshToken, Secret, Session, SessionId, SessionToken, User};
use crate::operations::attempts::{Attempts, Lost};
use crate::operations::core::Core;
use crate::store::Changes;

/// The session that took the place of the caller's, and its tokens.
#[derive(Debug)]
pub struct RenewedSession {
    pub user: User,
    pub session: Session,
    pub token: SessionToken,
    pub refresh_token: RefreshToken,
}

impl Attempts<'_> {
    /// Commits the changes together with the caller's user in the state of `user`, and with a new session in the place
    /// of the caller's. `verified` is the method that this request has verified. `None`: the commit lost a race, as in
    /// [`Attempts::commit`].
    pub(in crate::operations) async fn commit_and_renew(
        &mut self,
        changes: Changes,
        mut user: User,
        verified: Option<AuthenticationMethod>,
    ) -> Result<Option<RenewedSession>, Lost> {
        let (core, now, caller) = (self.retries.core, self.retries.now, self.caller());
        user.updated_at = now;
        let mut renewed = core.renew_session(user, &caller.session, verified, now);
        let changes = changes
            .renew_session(&caller.session, &renewed.session)
            .update_user(&renewed.user);
        let is_committed = self.commit(changes).await?;
        renewed.user.mark_stored();
        Ok(is_committed.then_some(renewed))
    }
}

impl Core {
    /// A session with another id and other tokens. Not yet written.
    fn renew_session(
        &self,
        user: User,
        session: &Session,
        verified: Option<AuthenticationMethod>,
        now: Timestamp,
    ) -> RenewedSession {
        let refresh = RefreshSecret::generate(&*self.entropy);
        let (session, token) = self.verified_session(
            &user,
            Session {
                id: SessionId::generate(now, &*self.entropy),
                generation: user.session_generation,
                refresh: RefreshChain::start(&refresh),
                ..session.clone()
            },
            verified,
            now,
        );
        RenewedSession {
            refresh_token: RefreshToken {
                user_id: user.id,
                session_id: session.id,
                secret: refresh,
            },
            user,
            session,
            token,
        }
    }

    /// The session of a user who has just authenticated, with a new token and the method that was verified. Not yet
    /// written.
    pub(in crate::operations) fn verified_session(
        &self,
        user: &User,
        session: Session,
        verified: Option<AuthenticationMethod>,
        now: Timestamp,
    ) -> (Session, SessionToken) {
        let secret = Secret::generate(&*self.entropy);
        let mut session = Session {
            hash: secret.hash(),
            generation: user.session_generation,
            created_at: now,
            updated_at: now,
            ..session
        };
        session.extend(&self.session_lifetimes(), now);
        if let Some(method) = verified {
            if method.is_second_factor() {
                // Second factors from before the user's second factor was last turned on do not count.
                session.methods = session.current_methods(user);
                session.trust_generation = user.trust_generation;
            }
            session
                .methods
                .extend((!session.methods.contains(&method)).then_some(method));
        }
        let token = SessionToken {
            user_id: session.user_id,
            session_id: session.id,
            secret,
        };
        (session, token)
    }
}
