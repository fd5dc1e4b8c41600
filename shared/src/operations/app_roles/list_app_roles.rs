//! The active matrices, for any user.

use jiff::Timestamp;

use crate::domain::{AppRoleMatrix, RateLimit};
use crate::operations::prelude::*;

impl Core {
    /// The active matrices, by the names of their applications.
    pub async fn list_app_roles(&self, caller: &Caller, now: Timestamp) -> Result<Vec<AppRoleMatrix>, Interruption> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let records = self.store.list_entries::<AppRoleMatrix>(None).await?;
        let mut matrices: Vec<_> = records.into_iter().map(|record| record.value).collect();
        matrices.retain(|matrix| matrix.active);
        matrices.sort_by_cached_key(|matrix| AppRoleMatrix::key(&matrix.name));
        Ok(matrices)
    }

    /// The active matrix of an application.
    pub async fn find_app_roles(
        &self,
        caller: &Caller,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<AppRoleMatrix>, Interruption> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let found = self
            .find_record_by_name::<AppRoleMatrix>(&AppRoleMatrix::key(name))
            .await?;
        Ok(found.map(|record| record.value).filter(|matrix| matrix.active))
    }
}
