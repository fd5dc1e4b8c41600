//! What somebody is in the administration of users: given by whoever is as much.

use jiff::Timestamp;

use crate::domain::{GivenRoles, User, UserId, UserPermission};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;

impl Core {
    /// In place of the roles that the user had there. Nobody changes their own: so there is always somebody left who may.
    pub async fn set_role(
        &self,
        caller: &Caller,
        id: UserId,
        given: &GivenRoles,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let deed = Deed {
            gives: Some(given),
            ..Deed::new("set-role", &[UserPermission::SetRole])
        };
        self.begin(caller, &deed, now).await?;
        if id == caller.user.id {
            return Err(AdministerUserError::Yourself(UserPermission::SetRole));
        }
        let change = |user: &mut User, changes| {
            given.give_to(user);
            user.updated_at = now;
            changes
        };
        self.administer(caller, id, deed, change, now).await
    }
}
