//! Giving a user roles in the administration of users, as an administrator.

use jiff::Timestamp;

use crate::domain::{GivenRoles, User, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

impl Core {
    /// Replaces the user's roles. Administrators cannot change their own roles, so at least one administrator keeps
    /// this permission.
    pub async fn set_role(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        given: &GivenRoles,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let action = AdminAction {
            gives: Some(given),
            ..AdminAction::new("set-role", &[UserPermission::SetRole])
        };
        let mut administration = self.administer(caller, action, now).await?;
        administration.expect_other(id, UserPermission::SetRole)?;
        loop {
            let mut user = administration.target(id).await?;
            self.settings.admin_roles.give(given, &mut user, now);
            user.updated_at = now;
            if administration.commit(id, Changes::new().update_user(&user)).await? {
                return Ok(user);
            }
        }
    }
}
