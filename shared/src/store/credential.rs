//! Password hashes: `CREDENTIAL#user / PASSWORD`, in a partition of their own, so that IAM can deny it to other
//! functions.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{is, missing};
use super::item::{Bytes, Bytes32, Record, text};
use super::keys::{self, Key};
use super::write::Write;
use crate::domain::audit::Fact;
use crate::domain::{AdminId, DeviceKey, PasswordHash, UserId};
use crate::entropy::OsEntropy;

const DEVICE_KEY: &str = "device_key";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CredentialRecord {
    hash: String,
    /// Absent in items of earlier releases.
    device_key: Option<Bytes32>,
}

impl Record for CredentialRecord {
    const KIND: &'static str = "credential";
}

/// What a password is verified with.
#[derive(Debug)]
pub struct Credential {
    pub hash: PasswordHash,
    /// Recognizes the devices that have signed in before.
    pub device_key: Option<DeviceKey>,
}

impl Changes {
    /// Sets the password of a new user. The same commit must contain the condition that authorizes it: the user's
    /// version, or a consumed grant.
    pub fn set_password(self, user: UserId, hash: &PasswordHash) -> Self {
        let key = DeviceKey::generate(&OsEntropy);
        let write = setting(user, hash).set_if_absent(DEVICE_KEY, text(Bytes::to_text(key.as_bytes())));
        self.fact(Fact::PasswordChanged { user })
            .with(write, Conflict::UserMoved)
    }

    /// Replaces the hash that was verified by a better one of the same password. The write fails if another request has
    /// changed the password, or has replaced the hash, since it was read.
    pub fn replace_hash(self, user: UserId, seen: &PasswordHash, hash: &PasswordHash) -> Self {
        let key = DeviceKey::generate(&OsEntropy);
        let write = setting(user, hash)
            .set_if_absent(DEVICE_KEY, text(Bytes::to_text(key.as_bytes())))
            .when(is("hash", text(seen.as_phc())));
        self.with(write, Conflict::UserMoved)
    }

    /// Replaces any password, with a new key for known devices: no device is known that was known before, of which one
    /// may be stolen.
    pub fn set_password_and_device_key(self, user: UserId, hash: &PasswordHash, key: &DeviceKey) -> Self {
        let write = setting(user, hash).set(DEVICE_KEY, text(Bytes::to_text(key.as_bytes())));
        self.fact(Fact::PasswordChanged { user })
            .with(write, Conflict::UserMoved)
    }

    /// Sets the password of a user who has none. The commit loses a race with another one that sets it.
    pub fn set_first_password(self, user: UserId, hash: &PasswordHash, key: &DeviceKey) -> Self {
        let write = setting(user, hash).when(missing());
        let write = write.set(DEVICE_KEY, text(Bytes::to_text(key.as_bytes())));
        self.fact(Fact::PasswordChanged { user })
            .with(write, Conflict::UserMoved)
    }

    /// The same as [`Changes::set_password_and_device_key`], for an administrator of the platform, who may have none
    /// yet.
    pub fn set_admin_password(self, admin: AdminId, hash: &PasswordHash, key: &DeviceKey) -> Self {
        let write = setting_at(keys::admin_credential(admin), hash);
        let write = write.set(DEVICE_KEY, text(Bytes::to_text(key.as_bytes())));
        self.fact(Fact::AdministratorPasswordSet { administrator: admin })
            .with(write, Conflict::AdministratorMoved)
    }

    /// Adds a key to a credential of an earlier release.
    pub fn add_device_key(self, user: UserId) -> Self {
        let key = DeviceKey::generate(&OsEntropy);
        let write = Write::update(keys::credential(user)).when_exists();
        let write = write.set_if_absent(DEVICE_KEY, text(Bytes::to_text(key.as_bytes())));
        self.with(write, Conflict::UserMoved)
    }

    pub fn delete_password(self, user: UserId) -> Self {
        self.fact(Fact::PasswordRemoved { user })
            .with(Write::delete(keys::credential(user)), Conflict::UserMoved)
    }
}

fn setting(user: UserId, hash: &PasswordHash) -> Write {
    setting_at(keys::credential(user), hash)
}

fn setting_at(key: Key, hash: &PasswordHash) -> Write {
    Write::update(key)
        .set("hash", text(hash.as_phc()))
        .kind::<CredentialRecord>()
}

impl From<CredentialRecord> for Credential {
    fn from(record: CredentialRecord) -> Self {
        Self {
            hash: PasswordHash::from_phc(record.hash),
            device_key: record.device_key.map(|Bytes32(bytes)| DeviceKey::from_bytes(bytes)),
        }
    }
}

impl From<CredentialRecord> for PasswordHash {
    fn from(record: CredentialRecord) -> Self {
        Self::from_phc(record.hash)
    }
}
