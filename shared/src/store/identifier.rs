//! The names by which users identify themselves: `EMAIL#address / IDENTIFIER`, and the same for `USERNAME#name` and
//! `PHONE#number`, and `ADMIN_EMAIL#address` of an administrator of the platform. The item makes the name unique, names
//! its owner, and counts failed attempts at the password behind it, so that one read finds the owner and the attempts.
//!
//! A failed attempt at a name without an owner creates an item too, which expires: known and unknown names cost the
//! same, which prevents enumeration. The expiry of an owned name is text, which DynamoDB's TTL ignores.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{absent, is};
use super::item::{CorruptItem, Item, Record, Text, from_item, text};
use super::keys::{self, Key, TTL};
use super::rate_limit::{Counter, without_attempts};
use super::write::Write;
use super::{Store, StoreError};
use crate::domain::search::folded;
use crate::domain::{AdminId, EmailAddress, LoginName, PhoneNumber, User, UserId, Username};

const NEVER: &str = "never";

#[derive(Debug, Serialize, Deserialize)]
struct IdentifierRecord {
    owner: Option<Text<UserId>>,
}

impl Record for IdentifierRecord {
    const KIND: &'static str = "identifier";
}

pub(super) fn key(name: &LoginName) -> Key {
    match name {
        LoginName::Email(email) => keys::email(email),
        LoginName::Username(username) => keys::username(username),
        LoginName::Phone(phone) => keys::phone(phone),
        LoginName::Administrator(email) => keys::admin_email(email),
    }
}

/// The counter of the attempts at the password behind a name.
pub(super) fn counter(name: &LoginName, counter: Counter) -> Counter {
    counter.within(key(name), IdentifierRecord::KIND)
}

/// The owner of a name whose item was read.
pub(super) fn owner_of(item: Option<Item>) -> Result<Option<UserId>, CorruptItem> {
    let record = item.map(from_item::<IdentifierRecord>).transpose()?;
    Ok(record.and_then(|record| record.owner).map(|owner| owner.0))
}

impl Store {
    pub async fn find_owner(&self, name: impl Into<LoginName>) -> Result<Option<UserId>, StoreError> {
        Ok(owner_of(self.table.get(&key(&name.into())).await?)?)
    }

    /// The users with these addresses, by address. Two round trips read a hundred.
    pub async fn find_users_by_email(
        &self,
        emails: &BTreeSet<EmailAddress>,
    ) -> Result<BTreeMap<EmailAddress, User>, StoreError> {
        let keys: Vec<Key> = emails.iter().map(keys::email).collect();
        let mut owners = Vec::with_capacity(keys.len());
        for item in self.table.get_many(&keys).await? {
            owners.extend(owner_of(item)?);
        }
        let users = self.find_users(&owners).await?.into_iter().flatten();
        let mut found: BTreeMap<_, _> = users.map(|user| (user.email.clone(), user)).collect();
        found.retain(|email, _| emails.contains(email));
        Ok(found)
    }
}

fn claim(key: Key, owner: UserId) -> Write {
    let write = Write::update(key)
        .set("owner", text(owner))
        .set(TTL, text(NEVER))
        .kind::<IdentifierRecord>()
        .when(absent("owner"));
    // Attempts before there was an owner must not lock the owner out.
    without_attempts(write)
}

impl Changes {
    /// Claims the address for the user, unless it belongs to a user.
    pub fn claim_email(self, email: &EmailAddress, owner: UserId) -> Self {
        let write = claim(keys::email(email), owner).listed(&keys::email_entry(&folded(email.as_str()), owner));
        self.with(write, Conflict::EmailTaken)
    }

    /// Claims the username for the user, unless it belongs to a user.
    pub fn claim_username(self, username: &Username, owner: UserId) -> Self {
        self.with(claim(keys::username(username), owner), Conflict::UsernameTaken)
    }

    /// Claims the telephone number for the user, unless it belongs to a user.
    pub fn claim_phone(self, phone: &PhoneNumber, owner: UserId) -> Self {
        self.with(claim(keys::phone(phone), owner), Conflict::PhoneTaken)
    }

    /// Claims the address for the administrator of the platform, unless it belongs to one.
    pub fn claim_admin_email(self, email: &EmailAddress, owner: AdminId) -> Self {
        let write = claim(keys::admin_email(email), owner.as_owner());
        self.with(write, Conflict::AdministratorExists)
    }

    /// Releases an address of the user.
    pub fn release_email(self, email: &EmailAddress, owner: UserId) -> Self {
        self.release(keys::email(email), owner)
    }

    /// Releases a username of the user.
    pub fn release_username(self, username: &Username, owner: UserId) -> Self {
        self.release(keys::username(username), owner)
    }

    /// Releases a telephone number of the user.
    pub fn release_phone(self, phone: &PhoneNumber, owner: UserId) -> Self {
        self.release(keys::phone(phone), owner)
    }

    /// Releases the address of the administrator of the platform.
    pub fn release_admin_email(self, email: &EmailAddress, owner: AdminId) -> Self {
        let write = Write::delete(keys::admin_email(email)).when(is("owner", text(owner)));
        self.with(write, Conflict::AdministratorMoved)
    }

    fn release(self, key: Key, owner: UserId) -> Self {
        let write = Write::delete(key).when(is("owner", text(owner)));
        self.with(write, Conflict::UserMoved)
    }

    /// Forgets all attempts at the password of the user, by any name.
    pub fn forget_attempts_of(self, user: &User) -> Self {
        let usernames = user.username.iter().map(LoginName::from);
        let phones = user.profile.phone.iter().map(LoginName::from);
        let names = std::iter::once(LoginName::from(&user.email))
            .chain(usernames)
            .chain(phones);
        names.fold(self, |changes, name| changes.forget_attempts(name, user.id))
    }

    /// Forgets all attempts at the password behind a name of the user.
    pub fn forget_attempts(self, name: impl Into<LoginName>, owner: UserId) -> Self {
        let write = without_attempts(Write::update(key(&name.into())));
        self.with(write.when(is("owner", text(owner))), Conflict::UserMoved)
    }
}
