//! Showing the keys that sign tokens: the signing key, the time from which each signs, how long tokens of the others
//! are valid, and their state in KMS.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::signing_key::{PrivateKey, Ring, SigningKey};
use crate::operations::administration::administrator::Administrator;
use crate::operations::keys::publish_keys::KEPT_FOR;
use crate::operations::prelude::*;
use crate::signer::SigningMode;

/// The keys of one ring, newest last. Empty: no token was issued yet.
#[derive(Debug)]
pub struct ShownRing {
    pub ring: Ring,
    pub keys: Vec<ShownKey>,
}

/// A signing key without its private half.
#[derive(Debug)]
pub struct ShownKey {
    pub kid: String,
    pub mode: SigningMode,
    pub created_at: Timestamp,
    /// `None` for the key that currently signs.
    pub retired: Option<Retired>,
    /// The KMS key that signs in its place, or that unwraps it.
    pub kms_key: String,
    /// The state as KMS names it. `None`: KMS did not respond.
    pub kms_state: Option<String>,
}

#[derive(Debug)]
pub struct Retired {
    pub at: Timestamp,
    /// When the last token that it may have signed expires: until then it verifies tokens.
    pub until: Timestamp,
}

impl Core {
    /// One call to KMS for each of its keys that is in use.
    pub async fn show_keys(&self, _: Administrator) -> Result<Vec<ShownRing>, Interruption> {
        let mut states = BTreeMap::new();
        let mut shown = Vec::new();
        for ring in [Ring::User, Ring::Admin] {
            let mut keys = Vec::new();
            for key in self.store.load_key_ring(ring).await?.keys {
                let kms_key = self.signer.kms_key_of(&key.private_key).to_owned();
                if !states.contains_key(&kms_key) {
                    // The rest is shown even if KMS does not respond.
                    let state = self.signer.state_of(&kms_key).await.ok();
                    states.insert(kms_key.clone(), state);
                }
                let kms_state = states.get(&kms_key).cloned().flatten();
                keys.push(self.shown(key, kms_key, kms_state));
            }
            shown.push(ShownRing { ring, keys });
        }
        Ok(shown)
    }

    fn shown(&self, key: SigningKey, kms_key: String, kms_state: Option<String>) -> ShownKey {
        // A process that read the ring just before signs with the key for as long as it caches the ring.
        let counts_for = KEPT_FOR + self.settings.access_token_lifetime;
        ShownKey {
            kid: key.kid,
            mode: match key.private_key {
                PrivateKey::Kms { .. } => SigningMode::Kms,
                PrivateKey::Wrapped { .. } => SigningMode::Wrapped,
            },
            created_at: key.created_at,
            retired: key.retired_at.map(|at| Retired {
                at,
                until: at + counts_for,
            }),
            kms_key,
            kms_state,
        }
    }
}
