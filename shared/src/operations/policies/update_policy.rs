//! Changing a rule. The change takes effect with the next synchronization.

use jiff::Timestamp;

use crate::domain::{Conditions, Entry, PolicyRule, PolicyRuleId};
use crate::operations::catalogue::CatalogueError;
use crate::operations::policies::PolicyKeeper;
use crate::operations::prelude::*;

/// A partial update. Absent fields keep their values.
#[derive(Debug, Clone, Default)]
pub struct UpdatePolicy {
    pub resource: Option<String>,
    pub action: Option<String>,
    pub conditions: Option<Conditions>,
}

impl Core {
    pub async fn update_policy(
        &self,
        keeper: &PolicyKeeper,
        id: PolicyRuleId,
        update: UpdatePolicy,
        now: Timestamp,
    ) -> Result<Entry<PolicyRule>, CatalogueError> {
        let mut attempts = self.keep_policy(keeper, id.organization, "update_policy", now).await?;
        self.change_record(&mut attempts, id.record, |rule: &mut PolicyRule| {
            let update = update.clone();
            rule.resource = update.resource.unwrap_or_else(|| rule.resource.clone());
            rule.action = update.action.unwrap_or_else(|| rule.action.clone());
            rule.conditions = update.conditions.unwrap_or_else(|| rule.conditions.clone());
        })
        .await
    }
}
