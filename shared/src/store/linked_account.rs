//! Identities at providers: `IDENTITY#provider#subject / OWNER` names the user to whom one is linked, and makes it
//! unique; beside the user, `USER#id / ACCOUNT#provider#subject` has the other attributes. Both are written together.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::is;
use super::item::{Bytes, Millis, Record, Text, from_item, millis, text};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::{
    EmailAddress, EncryptedTokens, IdentityOwner, Issuer, LinkedAccount, LinkedAccountId, Name, ProviderId, UserId,
};

#[derive(Debug, Serialize, Deserialize)]
struct OwnerRecord {
    user_id: Text<UserId>,
    /// Absent in items of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<Text<Issuer>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AccountRecord {
    id: Text<LinkedAccountId>,
    user_id: Text<UserId>,
    provider: Text<ProviderId>,
    /// Absent in items of earlier releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<Text<Issuer>>,
    subject: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<Text<EmailAddress>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
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
    /// The issuer is an attribute, so that one read also finds a subject of an issuer that the provider had before.
    pub async fn find_identity_owner(
        &self,
        provider: &ProviderId,
        issuer: &Issuer,
        subject: &str,
    ) -> Result<Option<IdentityOwner>, StoreError> {
        let item = self.table.get(&keys::identity(provider, subject)).await?;
        let record = item.map(from_item::<OwnerRecord>).transpose()?;
        Ok(record.map(|record| {
            let stored = stored_issuer(record.issuer, provider);
            if stored.is_of(issuer, provider) {
                IdentityOwner::User(record.user_id.0)
            } else {
                IdentityOwner::OtherIssuer
            }
        }))
    }

    pub async fn find_linked_account(
        &self,
        user: UserId,
        provider: &ProviderId,
        subject: &str,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        self.table
            .find::<AccountRecord, _>(&keys::linked_account(user, provider, subject))
            .await
    }

    pub async fn list_linked_accounts(&self, user: UserId) -> Result<Vec<LinkedAccount>, StoreError> {
        self.table
            .list::<AccountRecord, _>(&keys::user_partition(user), keys::ACCOUNT_PREFIX)
            .await
    }
}

impl Changes {
    /// Links the identity to the user, unless it is linked to a user already.
    pub fn link_account(self, account: &LinkedAccount) -> Self {
        let owner = OwnerRecord {
            user_id: Text(account.user_id),
            issuer: Some(Text(account.issuer.clone())),
        };
        let identity = keys::identity(&account.provider, &account.subject);
        self.fact(Fact::AccountLinked {
            user: account.user_id,
            provider: account.provider.clone(),
            account: account.id,
        })
        .with(Write::create(identity, &owner), Conflict::IdentityTaken)
        .with(put(account), Conflict::AccountMoved)
    }

    /// Writes the tokens that the provider has issued since, if the account is unchanged.
    pub fn update_account(self, seen: &LinkedAccount, account: &LinkedAccount) -> Self {
        let write = put(account).when(is("updated_at", millis(seen.updated_at)));
        self.with(write, Conflict::AccountMoved)
    }

    /// Unlinks the identity, which is then no method of sign-in of the user.
    pub fn unlink_account(self, account: &LinkedAccount) -> Self {
        let LinkedAccount {
            user_id,
            provider,
            subject,
            ..
        } = account;
        let identity = Write::delete(keys::identity(provider, subject)).when(is("user_id", text(user_id)));
        self.fact(Fact::AccountUnlinked {
            user: *user_id,
            provider: provider.clone(),
            account: account.id,
        })
        .with(identity, Conflict::AccountMoved)
        .with(
            Write::delete(keys::linked_account(*user_id, provider, subject)),
            Conflict::AccountMoved,
        )
    }

    /// For a session that requires the identity to be linked to the user.
    pub fn require_identity(self, provider: &ProviderId, subject: &str, user: UserId) -> Self {
        let check = Write::check(keys::identity(provider, subject), is("user_id", text(user)));
        self.with(check, Conflict::AccountMoved)
    }
}

fn stored_issuer(stored: Option<Text<Issuer>>, provider: &ProviderId) -> Issuer {
    stored.map_or_else(|| Issuer::assumed(provider), |issuer| issuer.0)
}

fn put(account: &LinkedAccount) -> Write {
    let key = keys::linked_account(account.user_id, &account.provider, &account.subject);
    Write::put(key, &AccountRecord::from(account))
}

impl From<&LinkedAccount> for AccountRecord {
    fn from(account: &LinkedAccount) -> Self {
        Self {
            id: Text(account.id),
            user_id: Text(account.user_id),
            provider: Text(account.provider.clone()),
            issuer: Some(Text(account.issuer.clone())),
            subject: account.subject.clone(),
            email: account.email.clone().map(Text),
            name: account.name.as_ref().map(|name| name.as_str().to_owned()),
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
            issuer: stored_issuer(record.issuer, &record.provider.0),
            provider: record.provider.0,
            subject: record.subject,
            email: record.email.map(|email| email.0),
            name: record.name.map(|name| Name::full(&name)),
            scopes: record.scopes,
            tokens: record.tokens.map(|bytes| EncryptedTokens::from_bytes(bytes.0)),
            access_token_expires_at: record.access_token_expires_at.map(|at| at.0),
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// The item of an earlier release is not that of any issuer which the provider of the name has now.
    #[test]
    fn an_item_without_an_issuer_has_the_built_in_one_of_its_provider() {
        for (name, expected) in [("google", "https://accounts.google.com"), ("acme", "")] {
            let user = UserId::from_bytes([1; 16]);
            let item = HashMap::from([("user_id".to_owned(), text(user))]);
            let record: OwnerRecord = from_item(item).expect("an item");
            let provider = ProviderId::parse(name).expect("a name");
            assert_eq!(stored_issuer(record.issuer, &provider), Issuer::new(expected));
        }
    }
}
