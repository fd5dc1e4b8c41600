//! The keys that sign tokens: finding the active one, making the first one, and showing the public halves to everybody.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;

use crate::domain::signing_key::{KeyRing, PrivateKey, Ring, SigningKey};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::signer::{SigningMode, jwk_set};
use crate::store::{Changes, CommitError, Conflict};

/// Rings as last read. A key is public and lives for months; what a token opens is decided by its session, which is always read.
#[derive(Debug, Default)]
pub(in crate::operations) struct KeyRings(Mutex<HashMap<Ring, (Timestamp, Arc<KeyRing>)>>);

/// How long a ring that was read is used.
pub(in crate::operations) const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);
/// How long before an unknown `kid` may cause another read: otherwise made-up ones would cost us a read each.
const COOL_DOWN: SignedDuration = SignedDuration::from_secs(5);
/// How often a race for the first key is run.
const ROUNDS: usize = 3;

impl KeyRings {
    fn get(&self, ring: Ring, max_age: SignedDuration, now: Timestamp) -> Option<Arc<KeyRing>> {
        let rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rings
            .get(&ring)
            .filter(|(read, _)| now.duration_since(*read) < max_age)
            .map(|(_, keys)| Arc::clone(keys))
    }

    fn put(&self, ring: Ring, keys: KeyRing, now: Timestamp) -> Arc<KeyRing> {
        let keys = Arc::new(keys);
        let mut rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rings.insert(ring, (now, Arc::clone(&keys)));
        keys
    }
}

impl Core {
    /// The public keys of a ring, for anybody to verify tokens with. The first reader of a new service makes the first key, so
    /// that the set is never empty.
    pub async fn publish_keys(&self, ring: Ring, now: Timestamp) -> Result<Arc<KeyRing>, Interruption> {
        let keys = self.key_ring(ring, KEPT_FOR, now).await?;
        if self.usable(&keys).is_some() {
            return Ok(keys);
        }
        self.make_key(ring, now).await
    }

    /// The public keys of a ring in the form that verifiers read (RFC 7517).
    pub async fn publish_key_set(&self, ring: Ring, now: Timestamp) -> Result<JwkSet, Interruption> {
        let keys = self.publish_keys(ring, now).await?;
        Ok(jwk_set(&keys))
    }

    /// The key that signs now; made when there is none.
    pub(in crate::operations) async fn signing_key(
        &self,
        ring: Ring,
        now: Timestamp,
    ) -> Result<SigningKey, Interruption> {
        let keys = self.publish_keys(ring, now).await?;
        let key = self.usable(&keys).cloned();
        key.ok_or_else(|| Interruption::internal(format_args!("the key ring {ring:?} has no usable key")))
    }

    /// The ring in which to look for the key of a token.
    pub(in crate::operations) async fn ring_with(
        &self,
        ring: Ring,
        kid: &str,
        now: Timestamp,
    ) -> Result<Arc<KeyRing>, Interruption> {
        let keys = self.key_ring(ring, KEPT_FOR, now).await?;
        if keys.find(kid).is_some() {
            Ok(keys)
        } else {
            self.key_ring(ring, COOL_DOWN, now).await
        }
    }

    async fn key_ring(
        &self,
        ring: Ring,
        max_age: SignedDuration,
        now: Timestamp,
    ) -> Result<Arc<KeyRing>, Interruption> {
        if let Some(keys) = self.key_rings.get(ring, max_age, now) {
            return Ok(keys);
        }
        let keys = self.store.load_key_ring(ring).await?;
        Ok(self.key_rings.put(ring, keys, now))
    }

    /// A key signs only in the mode that is configured now.
    fn usable<'a>(&self, keys: &'a KeyRing) -> Option<&'a SigningKey> {
        keys.active().filter(|key| {
            matches!(
                (&key.private_key, self.signer.mode()),
                (PrivateKey::Kms { .. }, SigningMode::Kms) | (PrivateKey::Wrapped { .. }, SigningMode::Wrapped)
            )
        })
    }

    async fn make_key(&self, ring: Ring, now: Timestamp) -> Result<Arc<KeyRing>, Interruption> {
        for _ in 0..ROUNDS {
            let mut keys = self.store.load_key_ring(ring).await?;
            if self.usable(&keys).is_some() {
                return Ok(self.key_rings.put(ring, keys, now));
            }
            keys.activate(self.signer.new_key(ring, now).await?, now);
            match self.store.commit(Changes::new().update_key_ring(ring, &keys)).await {
                Ok(()) => {
                    return Ok(self.key_rings.put(
                        ring,
                        KeyRing {
                            version: keys.version + 1,
                            ..keys
                        },
                        now,
                    ));
                }
                // Somebody else made one: take theirs.
                Err(CommitError::Conflict(Conflict::KeyRingMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable)
    }
}
