//! Lifting the ban of a user, as an administrator.

use jiff::Timestamp;

use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

impl Core {
    pub async fn unban_user(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let action = AdminAction::new("unban-user", &[UserPermission::Ban]);
        let mut administration = self.administer(caller, action, now).await?;
        loop {
            let mut user = administration.target(id).await?;
            user.unban(now);
            if administration.commit(id, Changes::new().update_user(&user)).await? {
                return Ok(user);
            }
        }
    }
}
