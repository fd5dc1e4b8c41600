//! Checking whether the service can answer.

use crate::operations::prelude::*;

impl Core {
    /// Reads from the table, which every operation needs.
    pub async fn check_health(&self) -> Result<(), Interruption> {
        Ok(self.store.ping().await?)
    }
}
