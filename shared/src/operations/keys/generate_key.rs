//! Generating the key that will sign after the next rotation.

use jiff::Timestamp;

use crate::domain::signing_key::{Ring, SigningKey};
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::prelude::*;

refusals! {
    pub enum GenerateKeyError {
        NextExists: Conflict = "the ring has a next key",
        UnderWay: Conflict = "another process is changing the ring",
    }
}

impl Core {
    /// The key is published from now on, and signs after the next rotation.
    pub async fn generate_key(
        &self,
        by: impl Into<KeyKeeper> + Send,
        ring: Ring,
        now: Timestamp,
    ) -> Result<SigningKey, GenerateKeyError> {
        let mut change = self.change_ring(by, "generate-key", ring, now);
        let mut keys = change.read().await?;
        if keys.next().is_some() {
            return Err(GenerateKeyError::NextExists);
        }
        let is_written = change
            .write_with_new_key(&mut keys, |keys, key| keys.add_next(key, now))
            .await?;
        let next = keys.next().filter(|_| is_written).cloned();
        next.ok_or(GenerateKeyError::UnderWay)
    }
}
