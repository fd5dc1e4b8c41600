//! Rotating the keys by hand, which takes effect at once.

use jiff::Timestamp;

use crate::domain::signing_key::{KeyRing, Ring};
use crate::operations::keys::change_ring::is_changing;
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::prelude::*;

refusals! {
    pub enum RotateKeysError {
        UnderWay: Conflict = "a rotation is under way",
    }
}

/// The ring after a rotation, and the key that signed before.
#[derive(Debug)]
pub struct Rotated {
    pub previous_kid: String,
    pub keys: KeyRing,
}

impl Core {
    /// The next key signs, or a new one if there is none, although verifiers that cached the key set may not know it.
    /// For the minute in which other processes still sign with the former key, the rotation is under way.
    pub async fn rotate_keys(
        &self,
        by: impl Into<KeyKeeper> + Send,
        ring: Ring,
        now: Timestamp,
    ) -> Result<Rotated, RotateKeysError> {
        let mut change = self.change_ring(by, "rotate-keys", ring, now);
        loop {
            let mut keys = change.read().await?;
            let previous = keys.active().map(|key| key.kid.clone());
            let previous_kid = previous.filter(|_| !is_changing(&keys, now));
            let previous_kid = previous_kid.ok_or(RotateKeysError::UnderWay)?;
            if change.write_rotated(&mut keys, |_| ()).await? {
                return Ok(Rotated { previous_kid, keys });
            }
        }
    }
}
