//! All users: searched, filtered, sorted and paged. The directory is read whole at each call, which is what a truthful total costs; the
//! users of the page are then read as they are now.

use jiff::Timestamp;

use crate::domain::directory::{Listing, Page};
use crate::domain::{User, UserPermission};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;

/// A page of users, and how many there are on all pages.
#[derive(Debug)]
pub struct ListedUsers {
    pub users: Vec<User>,
    pub total: usize,
}

impl Core {
    pub async fn list_users(
        &self,
        caller: &Caller,
        listing: &Listing,
        now: Timestamp,
    ) -> Result<ListedUsers, AdministerUserError> {
        let deed = Deed::new("list-users", &[UserPermission::List]);
        self.begin(caller, &deed, now).await?;
        let Page { ids, total } = listing.page(self.store.list_directory().await?);
        // Who was deleted since the directory was written is left out.
        let users = self.store.find_users(&ids).await?.into_iter().flatten();
        Ok(ListedUsers {
            users: users.collect(),
            total,
        })
    }
}
