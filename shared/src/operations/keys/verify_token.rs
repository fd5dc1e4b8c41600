//! Verifying the signature of an access token, before the session behind it is read.

use jiff::Timestamp;

use crate::domain::AccessClaims;
use crate::domain::signing_key::{KeyRing, Ring};
use crate::operations::prelude::*;
use crate::signer::key_id_of;

/// A token that a key of the ring, as it was last read, has signed. The ring has to be read again with the session,
/// because the key may have been revoked meanwhile.
#[derive(Debug)]
pub(in crate::operations) struct SignedToken {
    pub claims: AccessClaims,
    kid: String,
}

impl SignedToken {
    pub(in crate::operations) fn expect_key(&self, keys: &KeyRing) -> Option<()> {
        let is_valid = keys.find(&self.kid).is_some();
        if !is_valid {
            tracing::warn!(kid = self.kid, "an access token of a revoked key was refused");
        }
        is_valid.then_some(())
    }
}

impl Core {
    /// `None`: the token is not one of the ring, or it has expired.
    pub(in crate::operations) async fn verify_token(
        &self,
        ring: Ring,
        jwt: &str,
        now: Timestamp,
    ) -> Result<Option<SignedToken>, Interruption> {
        let Some(kid) = key_id_of(jwt) else { return Ok(None) };
        let keys = self.ring_with(ring, &kid, now).await?;
        match self.signer.verify_access_token(ring, &keys, jwt, now) {
            Ok(claims) => Ok(Some(SignedToken { claims, kid })),
            Err(reason) => {
                tracing::info!(ring = ring.as_str(), %reason, "an access token was refused");
                Ok(None)
            }
        }
    }
}
