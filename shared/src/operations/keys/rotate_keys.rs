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
    /// The next key signs, or a new one if there is none, although verifiers that cached the key set may not know it. For
    /// the minute in which other processes still sign with the former key, the rotation is under way.
    pub async fn rotate_keys(
        &self,
        by: impl Into<KeyKeeper<'_>> + Send,
        ring: Ring,
        now: Timestamp,
    ) -> Result<Rotated, RotateKeysError> {
        let by = by.into();
        self.publish_keys(ring, now).await?;
        let mut keys = self.store.load_key_ring(ring).await?;
        let previous = keys.active().map(|key| key.kid.clone());
        let previous_kid = previous.filter(|_| !is_changing(&keys, now));
        let previous_kid = previous_kid.ok_or(RotateKeysError::UnderWay)?;
        if self.write_rotated(by, ring, &mut keys, now, |_| ()).await? {
            by.audit("rotate-keys", ring, now);
            Ok(Rotated { previous_kid, keys })
        } else {
            Err(RotateKeysError::UnderWay)
        }
    }

    /// Rotates, changes the ring further, and writes it. `false`: another process has changed the ring.
    pub(super) async fn write_rotated(
        &self,
        by: KeyKeeper<'_>,
        ring: Ring,
        keys: &mut KeyRing,
        now: Timestamp,
        further: impl FnOnce(&mut KeyRing) + Send,
    ) -> Result<bool, Interruption> {
        let life = &self.settings.key_life;
        if keys.rotate(life, now) {
            further(keys);
            return self.write_ring(by, ring, keys, now).await;
        }
        self.write_with_new_key(by, ring, keys, now, |keys, key| {
            keys.activate(key, life, now);
            further(keys);
        })
        .await
    }
}
