//! Finding the user who currently has an address.

use jiff::Timestamp;

use crate::domain::{EmailAddress, User, UserId};
use crate::operations::core::Core;
use crate::store::StoreError;

impl Core {
    /// The user who has the address. For an unknown address it is an unused id, so that the reads that follow are the
    /// same and do not reveal which of the two it is (enumeration).
    pub(in crate::operations) async fn owner_or_unused_id(
        &self,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<UserId, StoreError> {
        let owner = self.store.find_owner(email).await?;
        Ok(owner.unwrap_or_else(|| UserId::generate(now, &*self.entropy)))
    }

    pub(in crate::operations) async fn find_user_by_email(
        &self,
        email: &EmailAddress,
    ) -> Result<Option<User>, StoreError> {
        let Some(id) = self.store.find_owner(email).await? else {
            return Ok(None);
        };
        Ok(self.store.find_user(id).await?.filter(|user| user.email == *email))
    }
}
