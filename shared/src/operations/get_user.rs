//! One user, as an administrator sees them.

use super::{AdministerUserError, Caller, Core};
use crate::domain::{User, UserId, UserPermission};

impl Core {
    pub async fn get_user(&self, caller: &Caller, id: UserId) -> Result<User, AdministerUserError> {
        self.permit(caller, UserPermission::Get)?;
        self.store.find_user(id).await?.ok_or(AdministerUserError::UserNotFound)
    }
}
