//! The active matrices, for any user.

use jiff::Timestamp;

use crate::domain::{AppRoleMatrix, RateLimit};
use crate::operations::prelude::*;

impl Core {
    /// The active matrices, by the names of their applications.
    pub async fn list_app_roles(&self, caller: &Caller, now: Timestamp) -> Result<Vec<AppRoleMatrix>, Interruption> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut matrices = self.active_app_role_matrices().await?;
        matrices.sort_by_cached_key(|matrix| AppRoleMatrix::key(&matrix.name));
        Ok(matrices)
    }

    pub(in crate::operations) async fn active_app_role_matrices(&self) -> Result<Vec<AppRoleMatrix>, Interruption> {
        let records = self.store.list_entries::<AppRoleMatrix>(None).await?.into_iter();
        let matrices = records.map(|record| record.value);
        Ok(matrices.filter(|matrix| matrix.active).collect())
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
