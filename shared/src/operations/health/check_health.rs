//! Whether the service can serve.

use crate::operations::core::Core;
use crate::operations::interruption::Interruption;

impl Core {
    /// Asks the table, without which nothing works.
    pub async fn check_health(&self) -> Result<(), Interruption> {
        Ok(self.store.ping().await?)
    }
}
