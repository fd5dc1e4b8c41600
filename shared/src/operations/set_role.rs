//! What somebody is in the administration of users: given by whoever is as much.

use jiff::Timestamp;

use super::{AdministerUserError, Caller, Core};
use crate::domain::{GivenRoles, User, UserId};

impl Core {
    /// In place of the roles that the user had there.
    pub async fn set_role(
        &self,
        caller: &Caller,
        id: UserId,
        given: &GivenRoles,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        self.permit_roles(caller, given)?;
        self.administer(caller, id, |user, changes| {
            given.give_to(user);
            user.updated_at = now;
            changes
        })
        .await
    }
}
