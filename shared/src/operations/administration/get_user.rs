//! One user, as an administrator sees them.

use jiff::Timestamp;

use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;

impl Core {
    pub async fn get_user(&self, caller: &Caller, id: UserId, now: Timestamp) -> Result<User, AdministerUserError> {
        let deed = Deed::new("get-user", &[UserPermission::Get]);
        self.begin(caller, &deed, now).await?;
        self.store.find_user(id).await?.ok_or(AdministerUserError::UserNotFound)
    }
}
