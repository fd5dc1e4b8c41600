//! Finding the user who currently has an address.

use crate::domain::{EmailAddress, User};
use crate::operations::core::Core;
use crate::store::StoreError;

impl Core {
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
