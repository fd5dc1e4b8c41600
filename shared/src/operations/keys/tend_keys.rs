//! What is due in the life of a key ring: the next key, the rotation, the removal of keys that are no longer needed.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::signing_key::{DueStep, KeyRing, Ring, is_hidden};
use crate::operations::keys::change_ring::RingChange;
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::prelude::*;
use crate::usage;

impl Core {
    /// Performs the step that is due, once among all processes. Returns the ring after it; a failure is logged, and the
    /// step remains due.
    pub(in crate::operations) async fn tend_keys(
        &self,
        ring: Ring,
        keys: Arc<KeyRing>,
        now: Timestamp,
    ) -> Arc<KeyRing> {
        let Some(step) = keys.due_step(&self.key_life(), |key| self.signer.is_as_new(key), now) else {
            return keys;
        };
        let mut changed = KeyRing::clone(&keys);
        let mut change = self.change_ring(KeyKeeper::schedule(), step.as_str(), ring, now);
        match self.perform(step, &mut change, &mut changed, now).await {
            Ok(true) => Arc::new(changed),
            Ok(false) => keys,
            Err(error) => {
                if keys.is_rotation_late(&self.key_life(), now) {
                    usage::record_late_rotation();
                }
                tracing::error!(?ring, ?step, %error, "the step is due and was not performed");
                keys
            }
        }
    }

    async fn perform(
        &self,
        step: DueStep,
        change: &mut RingChange<'_>,
        keys: &mut KeyRing,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        match step {
            DueStep::MakeNext => {
                change
                    .write_with_new_key(keys, |keys, key| keys.add_next(key, now))
                    .await
            }
            DueStep::Rotate => change.write_rotated(keys, |_| ()).await,
            DueStep::RemoveGone => {
                let gone = keys.remove(|key| is_hidden(key, now));
                let is_written = change.write(keys).await?;
                if is_written {
                    self.delete_keys(&gone).await;
                }
                Ok(is_written)
            }
        }
    }
}
