//! Signing an access token.

use jiff::{SignedDuration, Timestamp};

use crate::domain::AccessClaims;
use crate::domain::signing_key::Ring;
use crate::operations::prelude::*;

impl Core {
    /// Signs with the active key of the ring as it was last read. If that key cannot sign because it was revoked and
    /// removed meanwhile, the ring is read again, and the key that took its place signs.
    pub(in crate::operations) async fn sign_token(
        &self,
        ring: Ring,
        claims: &AccessClaims,
        now: Timestamp,
    ) -> Result<String, Interruption> {
        let key = self.signing_key(ring, now).await?;
        let error = match self.signer.sign_access_token(ring, &key, claims).await {
            Ok(token) => return Ok(token),
            Err(error) => error,
        };
        let keys = self.key_ring(ring, SignedDuration::ZERO, now).await?;
        match keys.active().filter(|active| active.kid != key.kid) {
            Some(active) => Ok(self.signer.sign_access_token(ring, active, claims).await?),
            None => Err(error.into()),
        }
    }
}
