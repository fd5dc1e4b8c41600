//! Passkeys: `USER#user / PASSKEY#id` is the passkey, `PASSKEY#id / OWNER` names its owner and makes it unique, and
//! `USER#user / PASSKEY_COUNT` limits how many a user has. The challenges that they answer are in `ceremony`.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::changes::{Changes, Conflict};
use super::condition::{absent, below, is, missing};
use super::item::{Bytes, Millis, Record, Text, from_item, millis, number, text};
use super::user::UserRecord;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
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
    #[serde(default)]
    trust_generation: u64,
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
        self.table.find::<PasskeyRecord, _>(&keys::passkey(user, id)).await
    }

    /// One round trip. `None` when either was deleted.
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
    /// Registers the passkey, unless it is registered or the user has reached the limit. `gone` is a deleted user for
    /// whom it is still registered.
    pub fn create_passkey(self, passkey: &Passkey, gone: Option<UserId>) -> Self {
        let (user, id) = (passkey.user_id, passkey.id());
        let write = Write::create(keys::passkey(user, id), &PasskeyRecord::from(passkey));
        let room = absent("passkeys").or(below("passkeys", number(Passkey::MAX_PER_USER)));
        let one_more = Write::update(keys::passkey_count(user))
            .add("passkeys", 1)
            .counter("passkey_count")
            .when(room);
        self.fact(Fact::PasskeyAdded { user, passkey: id })
            .claim_passkey(passkey, gone)
            .with(write, Conflict::PasskeyTaken)
            .with(one_more, Conflict::TooManyPasskeys)
    }

    fn claim_passkey(self, passkey: &Passkey, gone: Option<UserId>) -> Self {
        let owner = OwnerRecord {
            user_id: Text(passkey.user_id),
        };
        let write = Write::put(keys::passkey_owner(passkey.id()), &owner);
        match gone.filter(|gone| *gone != passkey.user_id) {
            None => self.with(write.when(missing()), Conflict::PasskeyTaken),
            Some(gone) => self
                .with(write.when(is("user_id", text(gone))), Conflict::PasskeyTaken)
                .with(Write::delete(keys::passkey(gone, passkey.id())), Conflict::PasskeyTaken),
        }
    }

    /// Records a use of the passkey. A signature counter only increases, so that of two uses with the same value, one
    /// is rejected; it is 0 for authenticators without a counter (WebAuthn Level 3, section 6.1.1).
    pub fn use_passkey(self, passkey: &Passkey, counter: u32, backed_up: bool) -> Self {
        let condition = match counter {
            0 => is("counter", number(0)),
            _ => below("counter", number(counter)),
        };
        let write = Write::update(keys::passkey(passkey.user_id, passkey.id()))
            .set("counter", number(counter))
            .set("backed_up", AttributeValue::Bool(backed_up))
            .when(condition);
        self.with(write, Conflict::PasskeyMoved)
    }

    /// Lets the passkey replace the second factor, which its owner has just verified.
    pub fn trust_passkey(self, owner: &User, id: PasskeyId) -> Self {
        let write = Write::update(keys::passkey(owner.id, id))
            .set("trust_generation", number(owner.trust_generation))
            .when_exists();
        self.with(write, Conflict::PasskeyMoved)
    }

    pub fn rename_passkey(self, passkey: &Passkey, name: &str, now: Timestamp) -> Self {
        let write = Write::update(keys::passkey(passkey.user_id, passkey.id()))
            .set("name", text(name))
            .set("updated_at", millis(now))
            .when_exists();
        self.fact(Fact::PasskeyRenamed {
            user: passkey.user_id,
            passkey: passkey.id(),
        })
        .with(write, Conflict::PasskeyMoved)
    }

    /// The write fails if the passkey no longer exists.
    pub fn delete_passkey(self, passkey: &Passkey) -> Self {
        let (user, id) = (passkey.user_id, passkey.id());
        let one_less = Write::update(keys::passkey_count(user)).add("passkeys", -1);
        self.fact(Fact::PasskeyRemoved { user, passkey: id })
            .with(
                Write::delete(keys::passkey(user, id)).when_exists(),
                Conflict::PasskeyMoved,
            )
            .with(Write::delete(keys::passkey_owner(id)), Conflict::PasskeyMoved)
            .with(one_less, Conflict::PasskeyMoved)
    }

    /// Deletes the remaining items of a deleted user's passkeys.
    pub fn drop_passkeys(self, user: UserId, passkeys: &[Passkey]) -> Self {
        let removed = passkeys.iter().map(|passkey| Fact::PasskeyRemoved {
            user,
            passkey: passkey.id(),
        });
        let changes = self.facts(removed);
        let ids = passkeys.iter().map(Passkey::id);
        let keys = ids.flat_map(|id| [keys::passkey(user, id), keys::passkey_owner(id)]);
        std::iter::once(keys::passkey_count(user))
            .chain(keys)
            .fold(changes, |changes, key| {
                changes.with(Write::delete(key), Conflict::PasskeyMoved)
            })
    }
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
            trust_generation: passkey.trust_generation,
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
            trust_generation: record.trust_generation,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
        }
    }
}
