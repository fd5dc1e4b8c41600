//! The numbers of the whole service.

use jiff::Timestamp;

use crate::domain::analytics::{hour_of, month_of};
use crate::domain::{Event, ListedStatus};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SystemStats {
    pub users: u64,
    pub active_users: u64,
    pub organizations: u64,
    /// Since the service counts them.
    pub sign_ins: u64,
    pub new_users_this_month: u64,
    pub new_organizations_this_month: u64,
}

impl Core {
    pub async fn get_system_stats(&self, _: &AdminCaller, now: Timestamp) -> Result<SystemStats, Interruption> {
        let totals = self.store.totals().await?;
        let history = self.event_history(now).await?;
        let before = history.summaries.last().map(|last| last.through(Event::SignIn));
        let month = month_of(now).at(0, 0, 0, 0);
        let this_month = |event| history.recent.between(event, month, hour_of(now));
        Ok(SystemStats {
            users: totals.users(|_| true),
            active_users: totals.users(|class| class.status == ListedStatus::Active),
            organizations: totals.organizations(),
            sign_ins: before.unwrap_or_default() + history.recent.total(Event::SignIn),
            new_users_this_month: this_month(Event::UserCreated),
            new_organizations_this_month: this_month(Event::OrganizationCreated),
        })
    }
}
