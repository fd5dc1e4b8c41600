//! Changes of a key ring: one at a time, and one process at a time makes a key.

use jiff::{SignedDuration, Timestamp};

use crate::domain::signing_key::{KeyRing, Ring, SigningKey};
use crate::operations::attempts::Retries;
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::keys::publish_keys::RING_CACHED_FOR;
use crate::operations::prelude::*;
use crate::store::{Changes, Conflict};

/// How long one process may take to make a key, before another one may.
const CLAIM: SignedDuration = SignedDuration::from_secs(30);

/// The attempts of a change of one ring, on behalf of its keeper. Each write returns `false` if it lost a race, after a
/// pause; the ring then has to be read again.
#[derive(Debug)]
pub(super) struct RingChange<'a> {
    by: KeyKeeper,
    /// What is done, for the audit record.
    task: &'static str,
    ring: Ring,
    retries: Retries<'a>,
}

/// Whether another process is making a key, or some process may not know yet which key signs.
pub(super) fn is_changing(keys: &KeyRing, now: Timestamp) -> bool {
    is_claimed(keys, now) || keys.last_rotated_at().is_some_and(|at| at + RING_CACHED_FOR > now)
}

fn is_claimed(keys: &KeyRing, now: Timestamp) -> bool {
    keys.busy_until.is_some_and(|until| until > now)
}

impl Core {
    pub(super) fn change_ring(
        &self,
        by: impl Into<KeyKeeper>,
        task: &'static str,
        ring: Ring,
        now: Timestamp,
    ) -> RingChange<'_> {
        RingChange {
            by: by.into(),
            task,
            ring,
            retries: self.retries(now),
        }
    }
}

impl RingChange<'_> {
    /// The ring as it is, with the first key if there was none.
    pub(super) async fn read(&self) -> Result<KeyRing, Interruption> {
        let Retries { core, now, .. } = self.retries;
        let keys = core.store.load_key_ring(self.ring).await?;
        if keys.active().is_some() {
            return Ok(keys);
        }
        let made = core.make_first_key(self.ring, now).await?;
        Ok(KeyRing::clone(&made))
    }

    pub(super) async fn write(&mut self, keys: &mut KeyRing) -> Result<bool, Interruption> {
        self.commit(keys, Some(self.task)).await
    }

    /// `done` is what the commit completes, for its fact.
    pub(super) async fn commit(
        &mut self,
        keys: &mut KeyRing,
        done: Option<&'static str>,
    ) -> Result<bool, Interruption> {
        let changes = Changes::new().update_key_ring(self.ring, keys);
        let changes = self.by.permit(changes, self.ring, done);
        let is_written = self.retries.commit(changes).await?;
        let Retries { core, now, .. } = self.retries;
        if is_written {
            keys.version += 1;
            core.key_rings.put(self.ring, keys.clone(), now);
        } else {
            self.by.reload(core, now).await?;
        }
        Ok(is_written)
    }

    /// Makes a key, and writes the ring with it as `change` places it.
    pub(super) async fn write_with_new_key(
        &mut self,
        keys: &mut KeyRing,
        change: impl FnOnce(&mut KeyRing, SigningKey) + Send,
    ) -> Result<bool, Interruption> {
        let Retries { core, now, .. } = self.retries;
        if is_claimed(keys, now) {
            self.retries.back_off(Conflict::KeyRingMoved).await?;
            return Ok(false);
        }
        keys.busy_until = Some(now + CLAIM);
        if !self.commit(keys, None).await? {
            return Ok(false);
        }
        let is_first = !keys.keys.iter().any(|key| core.signer.is_of_algorithm(key));
        let key = if is_first {
            Box::pin(core.signer.first_key(self.ring, now)).await?
        } else {
            Box::pin(core.signer.further_key(self.ring, now)).await?
        };
        keys.busy_until = None;
        change(keys, key.clone());
        let is_written = self.write(keys).await?;
        if !is_written {
            core.delete_keys(&[key]).await;
        }
        Ok(is_written)
    }

    /// Rotates, changes the ring further, and writes it. The next key signs, or a new one if there is none.
    pub(super) async fn write_rotated(
        &mut self,
        keys: &mut KeyRing,
        further: impl FnOnce(&mut KeyRing) + Send,
    ) -> Result<bool, Interruption> {
        let Retries { core, now, .. } = self.retries;
        let life = &core.key_life();
        if keys.rotate(life, now) {
            further(keys);
            return self.write(keys).await;
        }
        self.write_with_new_key(keys, |keys, key| {
            keys.activate(key, life, now);
            further(keys);
        })
        .await
    }
}

impl Core {
    /// Deletes the KMS keys that were created for these keys. A failure is logged: the key costs money until an
    /// operator deletes it, and signs nothing.
    pub(super) async fn delete_keys(&self, keys: &[SigningKey]) {
        for key in keys {
            if let Err(error) = self.signer.delete_key(key).await {
                tracing::error!(kid = key.kid, %error, "the KMS key of a removed signing key was not deleted");
            }
        }
    }
}
