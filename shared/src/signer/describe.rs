//! The state of the keys in KMS, for operators.

use super::kms::{call, incomplete};
use super::{Signer, SignerError};
use crate::domain::signing_key::PrivateKey;

impl Signer {
    /// The KMS key on which a signing key depends: the key that signs, or the key that decrypts the private key.
    pub fn kms_key_of<'a>(&'a self, key: &'a PrivateKey) -> &'a str {
        match key {
            PrivateKey::Kms { key_id, .. } => key_id,
            PrivateKey::Wrapped { .. } => &self.settings.envelope_key_id,
        }
    }

    /// The state of a KMS key as KMS names it: `Enabled`, `Disabled`, `PendingDeletion` and others. Makes one KMS call.
    pub async fn state_of(&self, kms_key: &str) -> Result<String, SignerError> {
        const OPERATION: &str = "DescribeKey";
        let request = self.kms.describe_key().key_id(kms_key);
        let answer = call(OPERATION, request.send()).await?;
        let state = answer.key_metadata.and_then(|about| about.key_state);
        state
            .map(|state| state.as_str().to_owned())
            .ok_or_else(|| incomplete(OPERATION).into())
    }
}
