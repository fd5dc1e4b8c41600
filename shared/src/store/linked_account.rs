//! Identities at providers: `IDENTITY#provider#subject / OWNER` names the user to whom one is linked, and makes it
//! unique; beside the user, `USER#id / ACCOUNT#provider#subject` has the rest. Both are written together.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict, put_any};
use super::item::{Bytes, Millis, Record, Text, from_item, number, text, to_item};
use super::{Store, StoreError, keys};
use crate::domain::{EncryptedTokens, LinkedAccount, LinkedAccountId, ProviderId, UserId};

#[derive(Debug, Serialize, Deserialize)]
struct OwnerRecord {
    user_id: Text<UserId>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AccountRecord {
    id: Text<LinkedAccountId>,
    user_id: Text<UserId>,
    provider: Text<ProviderId>,
    subject: String,
    scopes: Vec<String>,
    tokens: Option<Bytes>,
    access_token_expires_at: Option<Millis>,
    created_at: Millis,
    updated_at: Millis,
}

impl Record for OwnerRecord {
    const KIND: &'static str = "identity";
}

impl Record for AccountRecord {
    const KIND: &'static str = "linked_account";
}

impl Store {
    pub async fn find_identity_owner(
        &self,
        provider: &ProviderId,
        subject: &str,
    ) -> Result<Option<UserId>, StoreError> {
        let item = self.table.get(&keys::identity(provider, subject)).await?;
        let record = item.map(from_item::<OwnerRecord>).transpose()?;
        Ok(record.map(|record| record.user_id.0))
    }

    pub async fn find_linked_account(
        &self,
        user: UserId,
        provider: &ProviderId,
        subject: &str,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        let item = self.table.get(&keys::linked_account(user, provider, subject)).await?;
        Ok(item
            .map(from_item::<AccountRecord>)
            .transpose()?
            .map(LinkedAccount::from))
    }

    pub async fn list_linked_accounts(&self, user: UserId) -> Result<Vec<LinkedAccount>, StoreError> {
        let items = self
            .table
            .query(&keys::user_partition(user), keys::ACCOUNT_PREFIX)
            .await?;
        items
            .into_iter()
            .map(|item| Ok(LinkedAccount::from(from_item::<AccountRecord>(item)?)))
            .collect()
    }
}

impl Changes {
    /// Links the identity to the user, if it is linked to no user.
    pub fn link_account(self, account: &LinkedAccount) -> Self {
        let owner = OwnerRecord {
            user_id: Text(account.user_id),
        };
        self.create(
            &keys::identity(&account.provider, &account.subject),
            &owner,
            Conflict::IdentityTaken,
        )
        .put(put_any(item(account)), Conflict::AccountMoved)
    }

    /// Writes what the provider has issued since, if the account is still as it was seen.
    pub fn update_account(self, seen: &LinkedAccount, account: &LinkedAccount) -> Self {
        let mut put = put_any(item(account));
        put.condition_expression = Some("updated_at = :seen".to_owned());
        let updated = number(seen.updated_at.as_millisecond());
        put.expression_attribute_values = Some([(":seen".to_owned(), updated)].into());
        self.put(put, Conflict::AccountMoved)
    }

    /// Ends the link between the identity and the user.
    pub fn unlink_account(self, account: &LinkedAccount) -> Self {
        let delete = Delete::builder()
            .set_key(Some(keys::identity(&account.provider, &account.subject).to_item()))
            .condition_expression("user_id = :user")
            .expression_attribute_values(":user", text(account.user_id))
            .table_name(String::new())
            .build();
        self.delete(delete.expect("key and table are set"), Conflict::AccountMoved)
            .remove(
                &keys::linked_account(account.user_id, &account.provider, &account.subject),
                Conflict::AccountMoved,
            )
    }

    /// For a session that is valid only while the identity is linked to the user.
    pub fn expect_identity(self, provider: &ProviderId, subject: &str, user: UserId) -> Self {
        let check = ConditionCheck::builder()
            .set_key(Some(keys::identity(provider, subject).to_item()))
            .condition_expression("user_id = :user")
            .expression_attribute_values(":user", text(user))
            .table_name(String::new())
            .build();
        self.check(check.expect("key, condition and table are set"), Conflict::AccountMoved)
    }
}

fn item(account: &LinkedAccount) -> super::item::Item {
    let key = keys::linked_account(account.user_id, &account.provider, &account.subject);
    to_item(&key, &AccountRecord::from(account))
}

impl From<&LinkedAccount> for AccountRecord {
    fn from(account: &LinkedAccount) -> Self {
        Self {
            id: Text(account.id),
            user_id: Text(account.user_id),
            provider: Text(account.provider.clone()),
            subject: account.subject.clone(),
            scopes: account.scopes.clone(),
            tokens: account.tokens.as_ref().map(|tokens| Bytes(tokens.as_bytes().to_vec())),
            access_token_expires_at: account.access_token_expires_at.map(Millis),
            created_at: Millis(account.created_at),
            updated_at: Millis(account.updated_at),
        }
    }
}

impl From<AccountRecord> for LinkedAccount {
    fn from(record: AccountRecord) -> Self {
        Self {
            id: record.id.0,
            user_id: record.user_id.0,
            provider: record.provider.0,
            subject: record.subject,
            scopes: record.scopes,
            tokens: record.tokens.map(|bytes| EncryptedTokens::from_bytes(bytes.0)),
            access_token_expires_at: record.access_token_expires_at.map(|at| at.0),
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
        }
    }
}
