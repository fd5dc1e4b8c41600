//! Addresses that must not be written to: `SUPPRESSION#address / STATE`.

use super::{Store, StoreError, keys};
use crate::domain::EmailAddress;

impl Store {
    pub async fn is_suppressed(&self, email: &EmailAddress) -> Result<bool, StoreError> {
        Ok(self.table.get(&keys::suppression(email)).await?.is_some())
    }
}
