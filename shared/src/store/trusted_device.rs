//! Trusted browsers: `USER#user / TRUSTED_DEVICE#id`, beside their user, so that a sign-in reads both at once.

use aws_sdk_dynamodb::types::ConditionCheck;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Bytes32, Millis, Record, Text, from_item, text, to_item};
use super::{Store, StoreError, keys};
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
        let item = self.table.get(&keys::trusted_device(user, id)).await?;
        Ok(item
            .map(from_item::<DeviceRecord>)
            .transpose()?
            .map(TrustedDevice::from))
    }

    pub async fn list_trusted_devices(&self, user: UserId) -> Result<Vec<TrustedDevice>, StoreError> {
        let items = self
            .table
            .query(&keys::user_partition(user), keys::TRUSTED_DEVICE_PREFIX)
            .await?;
        items
            .into_iter()
            .map(|item| Ok(TrustedDevice::from(from_item::<DeviceRecord>(item)?)))
            .collect()
    }
}

impl Changes {
    pub fn create_trusted_device(self, device: &TrustedDevice) -> Self {
        let key = keys::trusted_device(device.user_id, device.id);
        self.create(&key, &DeviceRecord::from(device), Conflict::IdTaken)
    }

    /// Moves the secret on from the one that was seen.
    pub fn renew_trusted_device(self, seen: &TrustedDevice, next: &TrustedDevice) -> Self {
        let key = keys::trusted_device(next.user_id, next.id);
        let mut put = put_any(to_item(&key, &DeviceRecord::from(next)));
        put.condition_expression = Some("#hash = :hash".to_owned());
        put.expression_attribute_names = Some([("#hash".to_owned(), "hash".to_owned())].into());
        put.expression_attribute_values = Some([(":hash".to_owned(), hash(seen))].into());
        self.put(put, Conflict::DeviceMoved)
    }

    /// For a sign-in that rests on a device that it does not change.
    pub fn expect_trusted_device(self, seen: &TrustedDevice) -> Self {
        let check = ConditionCheck::builder()
            .set_key(Some(keys::trusted_device(seen.user_id, seen.id).to_item()))
            .condition_expression("#hash = :hash")
            .expression_attribute_names("#hash", "hash")
            .expression_attribute_values(":hash", hash(seen))
            .table_name(String::new())
            .build();
        self.check(check.expect("key, condition and table are set"), Conflict::DeviceMoved)
    }

    pub fn delete_trusted_device(self, user: UserId, id: DeviceId) -> Self {
        self.remove(&keys::trusted_device(user, id), Conflict::DeviceMoved)
    }
}

fn hash(device: &TrustedDevice) -> aws_sdk_dynamodb::types::AttributeValue {
    text(Bytes::to_text(device.hash.as_bytes()))
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
            expires_at: record.expires_at.0,
        }
    }
}
