//! The hash of a password that a user has chosen. Every operation that sets a password goes through here, because only
//! a password that was checked against the lists can be hashed.

use crate::domain::NewPassword;
use crate::domain::PasswordHash;
use crate::domain::password::WeakPassword;
use crate::operations::prelude::*;
use crate::passwords::{Overloaded, PasswordOwner};

impl Core {
    /// Refuses a password that is shorter than administrators permit, that can be guessed by one who knows its owner, or that was published in a breach. The caller
    /// of this function has counted the request, because both cost time.
    pub(in crate::operations) async fn hash_password<E>(
        &self,
        password: &NewPassword,
        owner: PasswordOwner<'_>,
    ) -> Result<PasswordHash, E>
    where
        E: From<WeakPassword> + From<Overloaded>,
    {
        let min = self.configuration().password_min_length;
        if password.as_str().encode_utf16().count() < min {
            return Err(WeakPassword::TooShort { min }.into());
        }
        let strong = self
            .passwords
            .check(password, &self.settings.service_name, owner)
            .await?
            .ok_or(WeakPassword::Guessable)?;
        if let Some(breaches) = &self.breaches
            && breaches.contain(password).await
        {
            return Err(WeakPassword::Breached.into());
        }
        Ok(self.passwords.hash(&strong, &*self.entropy).await?)
    }
}
