//! The reads of an attempt at a password. Each is one round trip, whether or not the user exists.

use super::credential::{Credential, CredentialRecord};
use super::item::parse;
use super::rate_limit::Counter;
use super::trusted_device::DeviceRecord;
use super::user::UserRecord;
use super::{Store, StoreError, identifier, keys};
use crate::domain::{DeviceId, LoginName, TrustedDevice, User, UserId};

/// The owner of a name, and the counters of an attempt at the password behind it.
#[derive(Debug)]
pub struct NameView {
    pub owner: Option<UserId>,
    pub client: Counter,
    pub name: Counter,
    /// The counters of the known devices that the client claims to be, in the order of the request.
    pub devices: Vec<Counter>,
}

/// The data on which a sign-in is decided, read together.
#[derive(Debug)]
pub struct SignInView {
    pub user: Option<User>,
    pub credential: Option<Credential>,
    /// The browser that may replace the second factor.
    pub trusted_device: Option<TrustedDevice>,
}

/// The data on which a signed-in user's proof of the password is decided, read together.
#[derive(Debug)]
pub struct ProofView {
    pub user: Option<User>,
    pub credential: Option<Credential>,
    pub client: Counter,
    pub session: Counter,
}

impl Store {
    /// `by_name` counts the attempts at the name, within its item. The devices are distinct.
    pub async fn view_name(
        &self,
        name: &LoginName,
        client: Counter,
        by_name: Counter,
        devices: Vec<Counter>,
    ) -> Result<NameView, StoreError> {
        let by_name = identifier::counter(name, by_name);
        let mut wanted = vec![by_name.key().clone(), client.key().clone()];
        wanted.extend(devices.iter().map(|device| device.key().clone()));
        let mut items = self.table.get_many(&wanted).await?.into_iter();
        let mut next = || items.next().flatten();
        let item = next();
        Ok(NameView {
            owner: identifier::owner_of(item.clone())?,
            name: by_name.read(item)?,
            client: client.read(next())?,
            devices: devices
                .into_iter()
                .map(|device| device.read(next()))
                .collect::<Result<_, _>>()?,
        })
    }

    pub async fn view_for_sign_in(&self, id: UserId, trusted: Option<DeviceId>) -> Result<SignInView, StoreError> {
        let keys = [&keys::user(id), &keys::credential(id)];
        let ([user, credential], trusted_device) = match trusted {
            None => (self.table.get_all(keys).await?, None),
            Some(device) => {
                let [user, credential] = keys;
                let keys = [user, credential, &keys::trusted_device(id, device)];
                let [user, credential, device] = self.table.get_all(keys).await?;
                ([user, credential], device)
            }
        };
        Ok(SignInView {
            user: parse::<UserRecord, _>(user)?,
            credential: parse::<CredentialRecord, _>(credential)?,
            trusted_device: parse::<DeviceRecord, _>(trusted_device)?,
        })
    }

    pub async fn view_for_proof(&self, id: UserId, client: Counter, session: Counter) -> Result<ProofView, StoreError> {
        let keys = [&keys::user(id), &keys::credential(id), client.key(), session.key()];
        let [user, credential, client_item, session_item] = self.table.get_all(keys).await?;
        Ok(ProofView {
            user: parse::<UserRecord, _>(user)?,
            credential: parse::<CredentialRecord, _>(credential)?,
            client: client.read(client_item)?,
            session: session.read(session_item)?,
        })
    }
}
