//! Password hashes: `CREDENTIAL#user / PASSWORD`, in a partition of their own so that IAM can keep functions out.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Record, to_item};
use super::keys;
use crate::domain::{PasswordHash, UserId};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CredentialRecord {
    hash: String,
}

impl Record for CredentialRecord {
    const KIND: &'static str = "credential";
}

impl Changes {
    /// Sets the password, whatever it was. What allows that stands in the same commit: the user's version, or a spent grant.
    pub fn set_password(self, user: UserId, hash: &PasswordHash) -> Self {
        let record = CredentialRecord {
            hash: hash.as_phc().to_owned(),
        };
        self.put(put_any(to_item(&keys::credential(user), &record)), Conflict::UserMoved)
    }

    pub fn delete_password(self, user: UserId) -> Self {
        self.remove(&keys::credential(user), Conflict::UserMoved)
    }
}

impl From<CredentialRecord> for PasswordHash {
    fn from(record: CredentialRecord) -> Self {
        Self::from_phc(record.hash)
    }
}
