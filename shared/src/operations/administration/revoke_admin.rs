//! Revoking the roles of an administrator: by an operator, because only an operator may revoke a role that an operator
//! has granted.

use jiff::Timestamp;

use crate::domain::{EmailAddress, User, admin_roles};
use crate::operations::prelude::*;
use crate::store::Changes;

/// A user without any role.
#[derive(Debug)]
pub struct RevokedAdmin {
    pub user: User,
    /// Whether the user had a role.
    pub had_roles: bool,
}

refusals! {
    pub enum RevokeAdminError {
        UserNotFound: NotFound = "no user has the address",
        LastAdministrator: Conflict = "the user is the only administrator",
    }
}

impl Core {
    /// Removes every role from the owner of an address and ends the user's sessions: an access token keeps its roles
    /// until it expires, and no session gets another one. The address need not be verified, and the user may be banned.
    pub async fn revoke_admin(&self, email: &EmailAddress, now: Timestamp) -> Result<RevokedAdmin, RevokeAdminError> {
        let mut retries = self.retries(now);
        loop {
            let user = self.find_user_by_email(email).await?;
            let mut user = user.ok_or(RevokeAdminError::UserNotFound)?;
            if user.roles.is_empty() && user.custom_roles.is_empty() {
                return Ok(RevokedAdmin { user, had_roles: false });
            }
            let mut changes = Changes::new();
            if admin_roles::are_of_administrator(&user.roles) {
                let other = self.other_administrator(user.id, now).await?;
                changes = changes.require_user(&other.ok_or(RevokeAdminError::LastAdministrator)?);
            }
            user.roles.clear();
            user.custom_roles.clear();
            user.end_sessions(now);
            if retries.commit(changes.update_user(&user)).await? {
                return Ok(RevokedAdmin { user, had_roles: true });
            }
        }
    }
}
