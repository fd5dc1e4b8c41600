//! Showing what is known of an address, and to whom it belongs: for whoever asks why somebody gets no mail.

use super::{Administrator, Core, Interruption};
use crate::domain::{Deliverability, EmailAddress, User};

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
