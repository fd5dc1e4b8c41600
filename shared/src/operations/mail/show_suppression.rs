//! Showing the deliverability of an address and its owner, to find out why a user gets no mail.

use crate::domain::{Deliverability, EmailAddress, User};
use crate::operations::administration::administrator::Administrator;
use crate::operations::prelude::*;

/// The deliverability of an address.
#[derive(Debug)]
pub struct ShownSuppression {
    pub known: Deliverability,
    /// The user who has the address. The status that the user sees is on the user.
    pub owner: Option<User>,
}

impl Core {
    pub async fn show_suppression(
        &self,
        _: Administrator,
        address: &EmailAddress,
    ) -> Result<ShownSuppression, Interruption> {
        Ok(ShownSuppression {
            known: self.store.find_deliverability(address).await?,
            owner: self.find_user_by_email(address).await?,
        })
    }
}
