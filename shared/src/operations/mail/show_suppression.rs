//! Showing what is known of an address, and to whom it belongs: for whoever asks why somebody gets no mail.

use crate::domain::{Deliverability, EmailAddress, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::mail::lift_suppression::Administrator;

/// An address, as mail sees it.
#[derive(Debug)]
pub struct ShownSuppression {
    pub known: Deliverability,
    /// The user whose address it is, if it is anybody's. The status that is shown to the user is on the user.
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
            owner: self.owner_of(address).await?,
        })
    }
}
