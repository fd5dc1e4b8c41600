//! The guard of the platform's administration: the access token of an administrator, whose session is read with each
//! request, so that a revocation takes effect immediately. It also counts the request.

use jiff::Timestamp;

use crate::domain::signing_key::Ring;
use crate::domain::{AccessClaims, AdminAccount, AdminId, AdminSession, RateLimit};
use crate::operations::prelude::*;
use crate::operations::sessions::authenticate::Credential;
use crate::signer::key_id_of;
use crate::store::LiveAdmin;

/// An administrator of the platform with a live session. Operations of administrators take one, so that none can be
/// called without.
#[derive(Debug, Clone)]
pub struct AdminCaller {
    pub admin: AdminAccount,
    pub session: AdminSession,
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
        let Some(claims) = self.verify_admin_token(token, now).await? else {
            return Err(self.explain_refused_token(token, now).await?);
        };
        let id = AdminId::of_owner(claims.user_id);
        let live = self.store.find_admin_session(id, claims.session_id).await?;
        let LiveAdmin { admin, session } = live
            .filter(|live| live.session.is_live(&live.admin, now))
            .ok_or(AdminTokenError::Invalid)?;
        self.limit_rate(RateLimit::ADMIN, admin.id, now).await?;
        Ok(AdminCaller { admin, session })
    }

    /// The administrator as currently stored, while the session is live.
    pub(super) async fn reload_admin(&self, caller: &AdminCaller, now: Timestamp) -> Result<AdminCaller, Interruption> {
        let found = self
            .store
            .find_admin_session(caller.admin.id, caller.session.id)
            .await?;
        let live = found.filter(|live| live.session.is_live(&live.admin, now));
        let LiveAdmin { admin, session } = live.ok_or(Interruption::SessionGone)?;
        Ok(AdminCaller { admin, session })
    }

    async fn verify_admin_token(&self, jwt: &str, now: Timestamp) -> Result<Option<AccessClaims>, Interruption> {
        let Some(kid) = key_id_of(jwt) else { return Ok(None) };
        let keys = self.ring_with(Ring::Admin, &kid, now).await?;
        match self.signer.verify_access_token(Ring::Admin, &keys, jwt, now) {
            Ok(claims) => Ok(Some(claims)),
            Err(reason) => {
                tracing::info!(%reason, "the access token of an administrator was refused");
                Ok(None)
            }
        }
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
