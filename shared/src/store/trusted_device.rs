//! Trusted browsers: `USER#user / TRUSTED_DEVICE#id`, beside their user, so that one read of a sign-in returns both.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{Condition, is};
use super::item::{Bytes32, Millis, Record, Text, hash};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::trusted_device::ReplacedSecret;
use crate::domain::{DeviceId, SecretHash, TrustedDevice, UserId};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DeviceRecord {
    id: Text<DeviceId>,
    user_id: Text<UserId>,
    hash: Bytes32,
    replaced: Option<ReplacedRecord>,
    session_generation: u64,
    trust_generation: u64,
    expires_at: Millis,
    /// Absent from browsers that an earlier release trusted: their trust is not prolonged any more.
    #[serde(default)]
    ends_at: Option<Millis>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ReplacedRecord {
    hash: Bytes32,
    salt: Bytes32,
    at: Millis,
}

impl Record for DeviceRecord {
    const KIND: &'static str = "trusted_device";

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at.0)
    }
}

impl Store {
    pub async fn find_trusted_device(&self, user: UserId, id: DeviceId) -> Result<Option<TrustedDevice>, StoreError> {
        let key = keys::trusted_device(user, id);
        let device: Option<TrustedDevice> = self.table.find::<DeviceRecord, _>(&key).await?;
        Ok(device.filter(|device| self.is_recent(device.trusted_at())))
    }

    pub async fn list_trusted_devices(&self, user: UserId) -> Result<Vec<TrustedDevice>, StoreError> {
        self.table
            .list::<DeviceRecord, _>(&keys::user_partition(user), keys::TRUSTED_DEVICE_PREFIX)
            .await
    }
}

impl Changes {
    pub fn create_trusted_device(self, device: &TrustedDevice) -> Self {
        let key = keys::trusted_device(device.user_id, device.id);
        self.fact(Fact::DeviceTrusted {
            user: device.user_id,
            device: device.id,
        })
        .with(Write::create(key, &DeviceRecord::from(device)), Conflict::IdTaken)
    }

    /// Replaces the secret that was read.
    pub fn renew_trusted_device(self, seen: &TrustedDevice, next: &TrustedDevice) -> Self {
        let key = keys::trusted_device(next.user_id, next.id);
        let write = Write::put(key, &DeviceRecord::from(next)).when(has_secret(seen));
        self.with(write, Conflict::DeviceMoved)
    }

    /// For a sign-in that relies on a device and does not change it.
    pub fn require_trusted_device(self, seen: &TrustedDevice) -> Self {
        let check = Write::check(keys::trusted_device(seen.user_id, seen.id), has_secret(seen));
        self.with(check, Conflict::DeviceMoved)
    }

    pub fn delete_trusted_device(self, user: UserId, id: DeviceId) -> Self {
        self.with(Write::delete(keys::trusted_device(user, id)), Conflict::DeviceMoved)
    }
}

fn has_secret(device: &TrustedDevice) -> Condition {
    is("hash", hash(&device.hash))
}

impl From<&TrustedDevice> for DeviceRecord {
    fn from(device: &TrustedDevice) -> Self {
        Self {
            id: Text(device.id),
            user_id: Text(device.user_id),
            hash: Bytes32(*device.hash.as_bytes()),
            replaced: device.replaced.map(|replaced| ReplacedRecord {
                hash: Bytes32(*replaced.hash.as_bytes()),
                salt: Bytes32(replaced.salt),
                at: Millis(replaced.at),
            }),
            session_generation: device.session_generation,
            trust_generation: device.trust_generation,
            expires_at: Millis(device.expires_at),
            ends_at: Some(Millis(device.ends_at)),
        }
    }
}

impl From<DeviceRecord> for TrustedDevice {
    fn from(record: DeviceRecord) -> Self {
        Self {
            id: record.id.0,
            user_id: record.user_id.0,
            hash: SecretHash::from_bytes(record.hash.0),
            replaced: record.replaced.map(|replaced| ReplacedSecret {
                hash: SecretHash::from_bytes(replaced.hash.0),
                salt: replaced.salt.0,
                at: replaced.at.0,
            }),
            session_generation: record.session_generation,
            trust_generation: record.trust_generation,
            ends_at: record.ends_at.as_ref().unwrap_or(&record.expires_at).0,
            expires_at: record.expires_at.0,
        }
    }
}
