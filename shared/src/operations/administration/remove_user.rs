//! Deleting another user, as an administrator.

use jiff::Timestamp;

use crate::domain::one_time::DeleteUser;
use crate::domain::{UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

impl Core {
    /// Each commit requires the user as read: a user who has just become an administrator is not deleted by one of a
    /// lower rank.
    pub async fn remove_user(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        now: Timestamp,
    ) -> Result<(), AdministerUserError> {
        let action = AdminAction::new("remove-user", &[UserPermission::Delete]);
        let mut administration = self.administer(caller, action, now).await?;
        administration.expect_other(id, UserPermission::Delete)?;
        loop {
            let user = administration.target(id).await?;
            let changes = Changes::new()
                .drop_grant::<DeleteUser>(id)
                .fact(administration.acted(id));
            let attempts = administration.permitted_attempts()?;
            if self.erase_user(attempts, user, changes).await? {
                return Ok(());
            }
        }
    }
}
