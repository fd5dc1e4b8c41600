//! Showing the keys that sign tokens, to the operator: their state here, and in KMS.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::domain::signing_key::{KeyState, Ring, SigningKey};
use crate::operations::administration::administrator::Administrator;
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
    pub state: KeyState,
    /// The KMS key that signs in its place, or that unwraps it.
    pub kms_key: String,
    /// The state as KMS names it. `None`: KMS did not respond.
    pub kms_state: Option<String>,
}

impl Core {
    /// One call to KMS for each of its keys that is in use.
    pub async fn show_keys(&self, _: Administrator) -> Result<Vec<ShownRing>, Interruption> {
        let mut states = BTreeMap::new();
        let mut shown = Vec::new();
        for ring in Ring::ALL {
            let mut keys = Vec::new();
            for key in self.store.load_key_ring(ring).await?.keys {
                let kms_key = self.signer.kms_key_of(&key.private_key).to_owned();
                if !states.contains_key(&kms_key) {
                    // The rest is shown even if KMS does not respond.
                    let state = self.signer.state_of(&kms_key).await.ok();
                    states.insert(kms_key.clone(), state);
                }
                let kms_state = states.get(&kms_key).cloned().flatten();
                keys.push(shown_key(key, kms_key, kms_state));
            }
            shown.push(ShownRing { ring, keys });
        }
        Ok(shown)
    }
}

fn shown_key(key: SigningKey, kms_key: String, kms_state: Option<String>) -> ShownKey {
    ShownKey {
        kid: key.kid,
        mode: if key.private_key.is_in_kms() {
            SigningMode::Kms
        } else {
            SigningMode::Wrapped
        },
        created_at: key.created_at,
        state: key.state,
        kms_key,
        kms_state,
    }
}
