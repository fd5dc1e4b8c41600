//! Showing the deliverability of an address to the user who has it.

use crate::domain::{EmailAddress, EmailStatus, User};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    /// Adds the status of the address to the user who has the address, if there is one.
    pub(in crate::operations) async fn update_email_status(
        &self,
        changes: Changes,
        address: &EmailAddress,
        status: &EmailStatus,
    ) -> Result<Changes, Interruption> {
        let user = self.find_user_by_email(address).await?;
        Ok(match user.filter(|user| user.email_status != *status) {
            Some(user) => changes.update_user(&User {
                email_status: status.clone(),
                ..user
            }),
            None => changes,
        })
    }
}
