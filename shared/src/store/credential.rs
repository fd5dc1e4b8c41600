//! Password hashes: `CREDENTIAL#user / PASSWORD`, in a partition of their own, so that IAM can deny it to other
//! functions.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::Record;
use super::keys;
use super::write::Write;
use crate::domain::{PasswordHash, UserId};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CredentialRecord {
    hash: String,
}

impl Record for CredentialRecord {
    const KIND: &'static str = "credential";
}

impl Changes {
    /// Replaces any password. The same commit must contain the condition that authorizes it: the user's version, or a
    /// consumed grant.
    pub fn set_password(self, user: UserId, hash: &PasswordHash) -> Self {
        let record = CredentialRecord {
            hash: hash.as_phc().to_owned(),
        };
        self.with(Write::put(keys::credential(user), &record), Conflict::UserMoved)
    }

    pub fn delete_password(self, user: UserId) -> Self {
        self.with(Write::delete(keys::credential(user)), Conflict::UserMoved)
    }
}

impl From<CredentialRecord> for PasswordHash {
    fn from(record: CredentialRecord) -> Self {
        Self::from_phc(record.hash)
    }
}
