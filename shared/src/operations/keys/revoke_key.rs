//! Revoking a key: its tokens are refused from then on.

use jiff::Timestamp;

use crate::backoff::Backoff;
use crate::domain::signing_key::{KeyRing, Ring, SigningKey};
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::prelude::*;

refusals! {
    pub enum RevokeKeyError {
        NotFound: NotFound = "the ring has no key of that id",
    }
}

impl Core {
    /// The key leaves the key set. If it is the active one, another one signs first. A key that is revoked stays so.
    pub async fn revoke_key(
        &self,
        by: impl Into<KeyKeeper<'_>> + Send,
        ring: Ring,
        kid: &str,
        now: Timestamp,
    ) -> Result<KeyRing, RevokeKeyError> {
        let by = by.into();
        let mut backoff = Backoff::new();
        loop {
            let mut keys = self.store.load_key_ring(ring).await?;
            let key = keys.get(kid).cloned().ok_or(RevokeKeyError::NotFound)?;
            if key.is_revoked() {
                return Ok(keys);
            }
            if self.write_revoked(by, ring, &key, &mut keys, now).await? {
                by.audit("revoke-key", ring, now);
                return Ok(keys);
            }
            if !backoff.pause().await {
                return Err(Interruption::Unavailable.into());
            }
        }
    }

    async fn write_revoked(
        &self,
        by: KeyKeeper<'_>,
        ring: Ring,
        key: &SigningKey,
        keys: &mut KeyRing,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        if keys.active() == Some(key) {
            return self
                .write_rotated(by, ring, keys, now, |keys| keys.revoke(&key.kid, now))
                .await;
        }
        keys.revoke(&key.kid, now);
        self.write_ring(by, ring, keys, now).await
    }
}
