//! Changes of a key ring: one at a time, and one process at a time makes a key.

use jiff::{SignedDuration, Timestamp};

use crate::domain::signing_key::{KeyRing, Ring, SigningKey};
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::keys::publish_keys::RING_CACHED_FOR;
use crate::operations::prelude::*;
use crate::store::Changes;

/// How long one process may take to make a key, before another one may.
const CLAIM: SignedDuration = SignedDuration::from_secs(30);

/// Whether another process is making a key, or some process may not know yet which key signs.
pub(super) fn is_changing(keys: &KeyRing, now: Timestamp) -> bool {
    let is_busy = keys.busy_until.is_some_and(|until| until > now);
    is_busy || keys.last_rotated_at().is_some_and(|at| at + RING_CACHED_FOR > now)
}

impl Core {
    /// Writes the ring, unless another process has written it since it was read: then it returns `false`.
    pub(super) async fn write_ring(
        &self,
        by: KeyKeeper<'_>,
        ring: Ring,
        keys: &mut KeyRing,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        let changes = by.permit(Changes::new().update_key_ring(ring, keys));
        let is_written = self.retries(now).commit(changes).await?;
        if is_written {
            keys.version += 1;
            self.key_rings.put(ring, keys.clone(), now);
        }
        Ok(is_written)
    }

    /// Makes a key, and writes the ring with it as `change` places it. `false`: another process is changing the ring.
    pub(super) async fn write_with_new_key(
        &self,
        by: KeyKeeper<'_>,
        ring: Ring,
        keys: &mut KeyRing,
        now: Timestamp,
        change: impl FnOnce(&mut KeyRing, SigningKey) + Send,
    ) -> Result<bool, Interruption> {
        if keys.busy_until.is_some_and(|until| until > now) {
            return Ok(false);
        }
        keys.busy_until = Some(now + CLAIM);
        if !self.write_ring(by, ring, keys, now).await? {
            return Ok(false);
        }
        let key = Box::pin(self.signer.further_key(ring, now)).await?;
        keys.busy_until = None;
        change(keys, key.clone());
        let is_written = self.write_ring(by, ring, keys, now).await?;
        if !is_written {
            self.delete_keys(&[key]).await;
        }
        Ok(is_written)
    }

    /// Deletes the KMS keys that were created for these keys. A failure is logged: the key costs money until an operator
    /// deletes it, and signs nothing.
    pub(super) async fn delete_keys(&self, keys: &[SigningKey]) {
        for key in keys {
            if let Err(error) = self.signer.delete_key(key).await {
                tracing::error!(kid = key.kid, %error, "the KMS key of a removed signing key was not deleted");
            }
        }
    }
}
