//! Removing the keys of a ring that verify no token any more.

use jiff::Timestamp;

use crate::domain::signing_key::{Ring, SigningKey};
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::prelude::*;

impl Core {
    /// Removes retired keys whose tokens have expired, and revoked keys, and returns them. Their KMS keys are deleted
    /// if they were created for them.
    pub async fn clean_up_keys(
        &self,
        by: impl Into<KeyKeeper> + Send,
        ring: Ring,
        now: Timestamp,
    ) -> Result<Vec<SigningKey>, Interruption> {
        let mut change = self.change_ring(by, "clean-up-keys", ring, now);
        loop {
            let mut keys = self.store.load_key_ring(ring).await?;
            let gone = keys.remove(|key| key.is_gone(now));
            if gone.is_empty() {
                return Ok(gone);
            }
            if change.write(&mut keys).await? {
                self.delete_keys(&gone).await;
                return Ok(gone);
            }
        }
    }
}
