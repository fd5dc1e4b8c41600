//! Deleting a rule. It stays in effect until the next synchronization.

use jiff::Timestamp;

use crate::domain::{PolicyRule, PolicyRuleId};
use crate::operations::catalogue::CatalogueError;
use crate::operations::policies::PolicyKeeper;
use crate::operations::prelude::*;

impl Core {
    pub async fn delete_policy(
        &self,
        keeper: &PolicyKeeper,
        id: PolicyRuleId,
        now: Timestamp,
    ) -> Result<(), CatalogueError> {
        let mut attempts = self.keep_policy(keeper, id.organization, "delete_policy", now).await?;
        self.delete_record::<PolicyRule>(&mut attempts, id.record).await?;
        Ok(())
    }
}
