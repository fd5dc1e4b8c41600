//! Reading one user, as an administrator.

use jiff::Timestamp;

use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, SecondFactor};

impl Core {
    pub async fn get_user(
        &self,
        caller: &Assured<SecondFactor>,
        id: UserId,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let action = AdminAction::new("get-user", &[UserPermission::Get]);
        self.administer(caller, action, now).await?;
        self.store.find_user(id).await?.ok_or(AdministerUserError::UserNotFound)
    }
}
