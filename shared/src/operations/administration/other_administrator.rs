//! The last administrator: without one, no user could administer users any more, so the account and its role remain.

use jiff::Timestamp;

use crate::domain::{User, UserId, admin_roles};
use crate::operations::prelude::*;

impl Core {
    /// Another administrator who may sign in. A commit that takes the role from the user, or deletes the user, requires
    /// that administrator to be unchanged: of two administrators who leave at the same time, the second one finds none.
    /// Administrators who act on other users need no such check, because they remain administrators themselves.
    pub(in crate::operations) async fn other_administrator(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Option<User>, Interruption> {
        let entries = self.store.list_directory().await?;
        let candidates: Vec<UserId> = entries
            .iter()
            .filter(|entry| entry.id != user && admin_roles::are_of_administrator(&entry.roles))
            .map(|entry| entry.id)
            .collect();
        // The index follows the table with a delay.
        let users = self.store.find_users(&candidates).await?.into_iter().flatten();
        let is_administrator = |user: &User| admin_roles::are_of_administrator(&user.roles) && user.admit(now).is_ok();
        Ok(users.into_iter().find(is_administrator))
    }
}
