//! Listing all users, as an administrator: searched, filtered, sorted and paged. Each call reads the whole directory,
//! because the answer includes the exact total; the users of the page are then read as they are now.

use jiff::Timestamp;

use crate::domain::directory::{self, UserField};
use crate::domain::listing::{Listed, Listing};
use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, SecondFactor};

impl Core {
    pub async fn list_users(
        &self,
        caller: &Assured<SecondFactor>,
        listing: &Listing<UserField>,
        now: Timestamp,
    ) -> Result<Listed<User>, AdministerUserError> {
        let action = AdminAction::new("list-users", &[UserPermission::List]);
        self.administer(caller, action, now).await?;
        let Listed { records, total } = directory::select(listing, self.store.list_directory().await?);
        let ids: Vec<UserId> = records.iter().map(|entry| entry.id).collect();
        // A user who was deleted since the directory was written is left out.
        let users = self.store.find_users(&ids).await?.into_iter().flatten();
        let records = users.collect();
        Ok(Listed { records, total })
    }
}
