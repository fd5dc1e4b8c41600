//! The guard of the platform's administration: the access token of an administrator, whose session is read with each
//! request, so that a revocation takes effect immediately. It also counts the request.

use jiff::Timestamp;

use crate::domain::session::SessionLifetimes;
use crate::domain::signing_key::Ring;
use crate::domain::{AdminAccount, AdminId, AdminSession, RateLimit};
use crate::operations::prelude::*;
use crate::operations::sessions::authenticate::Credential;
use crate::store::LiveAdmin;

/// An administrator of the platform with a live session. Operations of administrators take one, so that none can be
/// called without.
#[derive(Debug, Clone)]
pub struct AdminCaller {
    pub admin: AdminAccount,
    pub session: AdminSession,
}

impl AdminCaller {
    /// A copied refresh token must not change anything for as long as it can be used.
    pub fn expect_fresh(&self, lifetimes: &SessionLifetimes, now: Timestamp) -> Result<(), Interruption> {
        if now.duration_since(self.session.created_at) < lifetimes.fresh_age {
            Ok(())
        } else {
            Err(Interruption::SessionNotFresh)
        }
    }
}

refusals! {
    pub enum AdminTokenError {
        Invalid: Unauthenticated = "the request has no valid token of an administrator",
        /// The token authenticates a user, who is no administrator of the platform, whatever roles the user has.
        OfUser: Forbidden = "the token is that of a user",
    }
}

impl Core {
    /// Authenticates a request with the text of its bearer token, and counts it against the administrator's limit. Two
    /// round trips.
    pub async fn authenticate_administrator(
        &self,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<AdminCaller, AdminTokenError> {
        let token = token.ok_or(AdminTokenError::Invalid)?;
        let Some(signed) = self.verify_token(Ring::Admin, token, now).await? else {
            return Err(self.explain_refused_token(token, now).await?);
        };
        let id = AdminId::of_owner(signed.claims.user_id);
        let read = self.store.find_admin_session_and_keys(id, signed.claims.session_id);
        let (live, keys) = read.await?;
        let LiveAdmin { admin, session } = signed
            .expect_key(&keys)
            .and(live)
            .filter(|live| live.session.is_live(&live.admin, now))
            .ok_or(AdminTokenError::Invalid)?;
        self.limit_rate(RateLimit::ADMIN, admin.id, now).await?;
        Ok(AdminCaller { admin, session })
    }

    /// The administrator as currently stored, while the session is live.
    pub(in crate::operations) async fn reload_admin(
        &self,
        caller: &AdminCaller,
        now: Timestamp,
    ) -> Result<AdminCaller, Interruption> {
        let found = self
            .store
            .find_admin_session(caller.admin.id, caller.session.id)
            .await?;
        let live = found.filter(|live| live.session.is_live(&live.admin, now));
        let LiveAdmin { admin, session } = live.ok_or(Interruption::SessionGone)?;
        Ok(AdminCaller { admin, session })
    }

    async fn explain_refused_token(&self, token: &str, now: Timestamp) -> Result<AdminTokenError, Interruption> {
        let user = match Credential::parse(token) {
            Some(credential) => self.authenticate(&credential, now).await?,
            None => None,
        };
        Ok(match user {
            Some(_) => AdminTokenError::OfUser,
            None => AdminTokenError::Invalid,
        })
    }
}
