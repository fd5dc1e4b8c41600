//! Signing an access token for a session (RFC 7519).

use jiff::Timestamp;

use crate::domain::access::AccessClaims;
use crate::domain::signing_key::Ring;
use crate::domain::{Session, User};
use crate::operations::prelude::*;

impl Core {
    /// `None` for an impersonation: a service that verifies tokens by itself can neither distinguish it from the user
    /// nor see it end.
    pub(in crate::operations) async fn sign_access_token(
        &self,
        user: &User,
        session: &Session,
        now: Timestamp,
    ) -> Result<String, Interruption> {
        if session.impersonator.is_some() {
            return Err(Interruption::Impersonated);
        }
        self.sign_token(Ring::User, &self.access_claims(user, session, now), now)
            .await
    }

    /// The claims of a new access token of the session.
    pub(super) fn access_claims(&self, user: &User, session: &Session, now: Timestamp) -> AccessClaims {
        let token_id = uuid::Builder::from_random_bytes(self.entropy.bytes()).into_uuid();
        AccessClaims::of(user, session, token_id, now, self.configuration().access_token_lifetime)
    }
}
