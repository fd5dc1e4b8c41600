//! Revoking a key: its tokens are refused from then on.

use jiff::Timestamp;

use crate::domain::signing_key::{KeyRing, Ring};
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
        by: impl Into<KeyKeeper> + Send,
        ring: Ring,
        kid: &str,
        now: Timestamp,
    ) -> Result<KeyRing, RevokeKeyError> {
        let mut change = self.change_ring(by, "revoke-key", ring, now);
        loop {
            let mut keys = self.store.load_key_ring(ring).await?;
            let key = keys.get(kid).ok_or(RevokeKeyError::NotFound)?;
            if key.is_revoked() {
                return Ok(keys);
            }
            let is_written = if keys.active() == Some(key) {
                change.write_rotated(&mut keys, |keys| keys.revoke(kid, now)).await?
            } else {
                keys.revoke(kid, now);
                change.write(&mut keys).await?
            };
            if is_written {
                return Ok(keys);
            }
        }
    }
}
