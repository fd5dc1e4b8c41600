//! One user, as an administrator sees them.

use jiff::Timestamp;

use super::administer_user::Deed;
use super::{AdministerUserError, Caller, Core};
use crate::domain::{User, UserId, UserPermission};

impl Core {
    pub async fn get_user(&self, caller: &Caller, id: UserId, now: Timestamp) -> Result<User, AdministerUserError> {
        let deed = Deed::new("get-user", &[UserPermission::Get]);
        self.begin(caller, &deed, now).await?;
        self.store.find_user(id).await?.ok_or(AdministerUserError::UserNotFound)
    }
}
