//! Passkeys: `USER#user / PASSKEY#id` is the passkey, `PASSKEY#id / OWNER` says whose it is and so keeps it unique, and
//! `USER#user / PASSKEY_COUNT` bounds how many a user has. The challenges that they answer are in `ceremony`.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Millis, Record, Text, from_item, number, text, to_item};
use super::user::UserRecord;
use super::{Store, StoreError, keys};
use crate::domain::passkey::{CredentialId, DeviceType, Passkey, PasskeyId};
use crate::domain::{User, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct PasskeyRecord {
    user_id: Text<UserId>,
    credential_id: Text<CredentialId>,
    public_key: Bytes,
    counter: u32,
    name: Option<String>,
    device: Text<DeviceType>,
    backed_up: bool,
    transports: Vec<String>,
    aaguid: Text<Uuid>,
    created_at: Millis,
    updated_at: Millis,
}

#[derive(Debug, Serialize, Deserialize)]
struct OwnerRecord {
    user_id: Text<UserId>,
}

impl Record for PasskeyRecord {
    const KIND: &'static str = "passkey";
}

impl Record for OwnerRecord {
    const KIND: &'static str = "passkey_owner";
}

impl Store {
    pub async fn find_passkey_owner(&self, id: PasskeyId) -> Result<Option<UserId>, StoreError> {
        let item = self.table.get(&keys::passkey_owner(id)).await?;
        Ok(item
            .map(from_item::<OwnerRecord>)
            .transpose()?
            .map(|record| record.user_id.0))
    }

    pub async fn find_passkey(&self, user: UserId, id: PasskeyId) -> Result<Option<Passkey>, StoreError> {
        let item = self.table.get(&keys::passkey(user, id)).await?;
        Ok(item.map(from_item::<PasskeyRecord>).transpose()?.map(Passkey::from))
    }

    /// One round trip. `None` when either is gone.
    pub async fn find_passkey_and_user(
        &self,
        user: UserId,
        id: PasskeyId,
    ) -> Result<Option<(Passkey, User)>, StoreError> {
        let [user, passkey] = self
            .table
            .get_all([&keys::user(user), &keys::passkey(user, id)])
            .await?;
        let (Some(user), Some(passkey)) = (user, passkey) else {
            return Ok(None);
        };
        let user = User::from(from_item::<UserRecord>(user)?);
        Ok(Some((Passkey::from(from_item::<PasskeyRecord>(passkey)?), user)))
    }

    /// Oldest first.
    pub async fn list_passkeys(&self, user: UserId) -> Result<Vec<Passkey>, StoreError> {
        let items = self
            .table
            .query(&keys::user_partition(user), keys::PASSKEY_PREFIX)
            .await?;
        let passkeys = items
            .into_iter()
            .map(|item| Ok(Passkey::from(from_item::<PasskeyRecord>(item)?)));
        let mut passkeys = passkeys.collect::<Result<Vec<_>, StoreError>>()?;
        passkeys.sort_by_key(|passkey| passkey.created_at);
        Ok(passkeys)
    }
}

impl Changes {
    /// If the credential is not registered, and its user has fewer passkeys than the limit. `gone` is a deleted user
    /// for whom it is still registered.
    pub fn create_passkey(self, passkey: &Passkey, gone: Option<UserId>) -> Self {
        let (user, id) = (passkey.user_id, passkey.id());
        self.claim_passkey(passkey, gone)
            .create(
                &keys::passkey(user, id),
                &PasskeyRecord::from(passkey),
                Conflict::PasskeyTaken,
            )
            .update(one_more(user), Conflict::TooManyPasskeys)
    }

    fn claim_passkey(self, passkey: &Passkey, gone: Option<UserId>) -> Self {
        let (key, owner) = (
            keys::passkey_owner(passkey.id()),
            OwnerRecord {
                user_id: Text(passkey.user_id),
            },
        );
        let Some(gone) = gone.filter(|gone| *gone != passkey.user_id) else {
            return self.create(&key, &owner, Conflict::PasskeyTaken);
        };
        let mut put = put_any(to_item(&key, &owner));
        put.condition_expression = Some("user_id = :gone".to_owned());
        put.expression_attribute_values = Some([(":gone".to_owned(), text(gone))].into());
        self.put(put, Conflict::PasskeyTaken)
            .remove(&keys::passkey(gone, passkey.id()), Conflict::PasskeyTaken)
    }

    /// Notes a use of the passkey. A counter only ever goes up, so that of two uses that say the same, one is refused;
    /// 0 is said by authenticators that do not count.
    pub fn use_passkey(self, passkey: &Passkey, counter: u32, backed_up: bool) -> Self {
        let condition = if counter == 0 {
            "#counter = :counter"
        } else {
            "#counter < :counter"
        };
        let update = Update::builder()
            .set_key(Some(keys::passkey(passkey.user_id, passkey.id()).to_item()))
            .update_expression("SET #counter = :counter, backed_up = :backed_up")
            .condition_expression(condition)
            .expression_attribute_names("#counter", "counter")
            .expression_attribute_values(":counter", number(counter))
            .expression_attribute_values(":backed_up", AttributeValue::Bool(backed_up))
            .table_name(String::new())
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::PasskeyMoved,
        )
    }

    pub fn rename_passkey(self, passkey: &Passkey, name: &str, now: Timestamp) -> Self {
        let update = Update::builder()
            .set_key(Some(keys::passkey(passkey.user_id, passkey.id()).to_item()))
            .update_expression("SET #name = :name, updated_at = :now")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":name", text(name))
            .expression_attribute_values(":now", number(now.as_millisecond()))
            .table_name(String::new())
            .build();
        self.update(
            update.expect("key, expression and table are set"),
            Conflict::PasskeyMoved,
        )
    }

    /// If it is still there.
    pub fn delete_passkey(self, passkey: &Passkey) -> Self {
        let (user, id) = (passkey.user_id, passkey.id());
        let delete = Delete::builder()
            .set_key(Some(keys::passkey(user, id).to_item()))
            .condition_expression("attribute_exists(pk)")
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), Conflict::PasskeyMoved)
            .remove(&keys::passkey_owner(id), Conflict::PasskeyMoved)
            .update(one_less(user), Conflict::PasskeyMoved)
    }

    /// Takes away what is left of the passkeys of a user who is gone.
    pub fn drop_passkeys(self, user: UserId, passkeys: &[Passkey]) -> Self {
        let without_count = self.remove(&keys::passkey_count(user), Conflict::PasskeyMoved);
        passkeys.iter().fold(without_count, |changes, passkey| {
            changes
                .remove(&keys::passkey(user, passkey.id()), Conflict::PasskeyMoved)
                .remove(&keys::passkey_owner(passkey.id()), Conflict::PasskeyMoved)
        })
    }
}

fn one_more(user: UserId) -> Update {
    Update::builder()
        .set_key(Some(keys::passkey_count(user).to_item()))
        .update_expression("ADD passkeys :one SET #type = :type")
        .condition_expression("attribute_not_exists(passkeys) OR passkeys < :max")
        .expression_attribute_names("#type", "type")
        .expression_attribute_values(":one", number(1))
        .expression_attribute_values(":max", number(Passkey::MAX_PER_USER))
        .expression_attribute_values(":type", text("passkey_count"))
        .table_name(String::new())
        .build()
        .expect("key, expression and table are set")
}

fn one_less(user: UserId) -> Update {
    Update::builder()
        .set_key(Some(keys::passkey_count(user).to_item()))
        .update_expression("ADD passkeys :less")
        .expression_attribute_values(":less", number(-1))
        .table_name(String::new())
        .build()
        .expect("key, expression and table are set")
}

impl From<&Passkey> for PasskeyRecord {
    fn from(passkey: &Passkey) -> Self {
        Self {
            user_id: Text(passkey.user_id),
            credential_id: Text(passkey.credential_id.clone()),
            public_key: Bytes(passkey.public_key.clone()),
            counter: passkey.counter,
            name: passkey.name.clone(),
            device: Text(passkey.device),
            backed_up: passkey.backed_up,
            transports: passkey.transports.clone(),
            aaguid: Text(passkey.aaguid),
            created_at: Millis(passkey.created_at),
            updated_at: Millis(passkey.updated_at),
        }
    }
}

impl From<PasskeyRecord> for Passkey {
    fn from(record: PasskeyRecord) -> Self {
        Self {
            user_id: record.user_id.0,
            credential_id: record.credential_id.0,
            public_key: record.public_key.0,
            counter: record.counter,
            name: record.name,
            device: record.device.0,
            backed_up: record.backed_up,
            transports: record.transports,
            aaguid: record.aaguid.0,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
        }
    }
}
