//! The keys that sign tokens: finding the active one, creating the first one, and publishing the public halves.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;

use crate::domain::signing_key::{KeyRing, Ring, SigningKey};
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::prelude::*;
use crate::signer::jwk_set;

/// The rings as last read. A stale ring is harmless: keys live for months, and every request with a token reads the
/// ring together with the session, so that a revoked key is refused at once.
#[derive(Debug, Default)]
pub(in crate::operations) struct KeyRings(Mutex<HashMap<Ring, (Timestamp, Arc<KeyRing>)>>);

/// How long a ring is cached: for so long a process signs with a key that another one has retired.
pub const RING_CACHED_FOR: SignedDuration = SignedDuration::from_secs(60);
/// Shortest interval between reads that an unknown `kid` may cause: otherwise each invented one would cost a read.
const COOL_DOWN: SignedDuration = SignedDuration::from_secs(5);
impl KeyRings {
    fn get(&self, ring: Ring, max_age: SignedDuration, now: Timestamp) -> Option<Arc<KeyRing>> {
        let rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rings
            .get(&ring)
            .filter(|(read, _)| now.duration_since(*read) < max_age)
            .map(|(_, keys)| Arc::clone(keys))
    }

    pub(super) fn put(&self, ring: Ring, keys: KeyRing, now: Timestamp) -> Arc<KeyRing> {
        let keys = Arc::new(keys);
        let mut rings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rings.insert(ring, (now, Arc::clone(&keys)));
        keys
    }
}

impl Core {
    /// The keys of a ring. The first reader of a new service creates the first key, so that the set is never empty.
    pub async fn publish_keys(&self, ring: Ring, now: Timestamp) -> Result<Arc<KeyRing>, Interruption> {
        let keys = self.key_ring(ring, RING_CACHED_FOR, now).await?;
        if keys.active().is_some() {
            return Ok(keys);
        }
        self.make_first_key(ring, now).await
    }

    /// The public keys of a ring in the form that verifiers read (RFC 7517). While the table or KMS fails, it is the
    /// last set that was read: verifiers of other services must not fail with them, and a key set changes rarely.
    ///
    /// What is due in the life of the ring is done first. A schedule reads the set, so that it happens without
    /// verifiers.
    pub async fn publish_key_set(&self, ring: Ring, now: Timestamp) -> Result<JwkSet, Interruption> {
        let keys = match self.publish_keys(ring, now).await {
            Ok(keys) => self.tend_keys(ring, keys, now).await,
            Err(interruption) => {
                let known = self.key_rings.get(ring, SignedDuration::MAX, now);
                let known = known.filter(|keys| !keys.keys.is_empty()).ok_or(interruption)?;
                tracing::error!(?ring, "the key set is published as it was last read");
                known
            }
        };
        Ok(jwk_set(&keys))
    }

    /// The key that currently signs, created if there is none. It signs in the mode in which it was created, until its
    /// successor takes its place.
    pub(in crate::operations) async fn signing_key(
        &self,
        ring: Ring,
        now: Timestamp,
    ) -> Result<SigningKey, Interruption> {
        let keys = self.publish_keys(ring, now).await?;
        let key = keys.active().cloned();
        key.ok_or_else(|| Interruption::internal(format_args!("the key ring {ring:?} has no active key")))
    }

    /// The ring in which to look for the key of a token.
    pub(in crate::operations) async fn ring_with(
        &self,
        ring: Ring,
        kid: &str,
        now: Timestamp,
    ) -> Result<Arc<KeyRing>, Interruption> {
        let keys = self.key_ring(ring, RING_CACHED_FOR, now).await?;
        if keys.find(kid).is_some() {
            Ok(keys)
        } else {
            self.key_ring(ring, COOL_DOWN, now).await
        }
    }

    pub(super) async fn key_ring(
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

    pub(super) async fn make_first_key(&self, ring: Ring, now: Timestamp) -> Result<Arc<KeyRing>, Interruption> {
        let mut change = self.change_ring(KeyKeeper::schedule(), "make-first-key", ring, now);
        loop {
            let mut keys = self.store.load_key_ring(ring).await?;
            if keys.active().is_some() {
                return Ok(self.key_rings.put(ring, keys, now));
            }
            let key = self.signer.first_key(ring, now).await?;
            keys.activate(key, &self.key_life(), now);
            // A deployment makes it, which is no change of its keys.
            if change.commit(&mut keys, None).await? {
                return Ok(Arc::new(keys));
            }
        }
    }
}
