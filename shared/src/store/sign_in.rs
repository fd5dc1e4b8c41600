//! The read of a sign-in, in one round trip: the user, the password, the number of the client's attempts, and the
//! browser whose token was presented.

use super::credential::CredentialRecord;
use super::item::parse;
use super::rate_limit::hits;
use super::trusted_device::DeviceRecord;
use super::user::UserRecord;
use super::{Store, StoreError, keys};
use crate::domain::{DeviceId, PasswordHash, TrustedDevice, User, UserId, Window};

/// The data on which a sign-in is decided, read together.
#[derive(Debug)]
pub struct SignInView {
    pub user: Option<User>,
    pub password: Option<PasswordHash>,
    pub device: Option<TrustedDevice>,
    /// The number of the client's attempts in this window.
    pub hits: u32,
}

impl Store {
    /// One round trip, whether or not the user exists, with the trusted browser of that id if there is one.
    pub async fn view_for_sign_in(
        &self,
        id: UserId,
        device: Option<DeviceId>,
        window: &Window,
    ) -> Result<SignInView, StoreError> {
        let keys = [&keys::user(id), &keys::credential(id), &keys::window(window)];
        let ([user, password, window], device) = match device {
            None => (self.table.get_all(keys).await?, None),
            Some(device) => {
                let [first, second, third] = keys;
                let keys = [first, second, third, &keys::trusted_device(id, device)];
                let [user, password, window, device] = self.table.get_all(keys).await?;
                ([user, password, window], device)
            }
        };
        Ok(SignInView {
            device: parse::<DeviceRecord, _>(device)?,
            user: parse::<UserRecord, _>(user)?,
            password: parse::<CredentialRecord, _>(password)?,
            hits: window.map(hits).transpose()?.unwrap_or(0),
        })
    }
}
