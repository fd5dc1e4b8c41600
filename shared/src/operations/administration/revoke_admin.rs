//! Revoking the roles of an administrator: by an operator, because only an operator may revoke a role that an operator
//! has granted.

use jiff::Timestamp;

use crate::domain::{EmailAddress, User, admin_roles};
use crate::operations::prelude::*;
use crate::store::Changes;

/// A user without any role, who is no administrator of the platform either.
#[derive(Debug)]
pub struct RevokedAdmin {
    /// `None`: only an administrator of the platform had the address.
    pub user: Option<User>,
    /// Whether the user had a role, or was an administrator of the platform.
    pub was_admin: bool,
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
    /// The administrator of the platform with the address is deleted, and the sessions end at once.
    pub async fn revoke_admin(&self, email: &EmailAddress, now: Timestamp) -> Result<RevokedAdmin, RevokeAdminError> {
        let mut retries = self.retries(now);
        loop {
            let user = self.find_user_by_email(email).await?;
            let admin = self.find_admin_by_email(email).await?;
            let mut changes = match &admin {
                Some(admin) => Changes::new().delete_admin(admin),
                None if user.is_none() => return Err(RevokeAdminError::UserNotFound),
                None => Changes::new(),
            };
            let has_roles = |user: &User| !user.roles.is_empty() || !user.custom_roles.is_empty();
            let demoted = user.as_ref().filter(|user| has_roles(user)).cloned();
            let mut after = user;
            if let Some(mut user) = demoted {
                if admin_roles::are_of_administrator(&user.roles) {
                    let other = self.other_administrator(user.id, now).await?;
                    changes = changes.require_user(&other.ok_or(RevokeAdminError::LastAdministrator)?);
                }
                user.roles.clear();
                user.custom_roles.clear();
                user.end_sessions(now);
                changes = changes.update_user(&user);
                after = Some(user);
            } else if admin.is_none() {
                return Ok(RevokedAdmin {
                    user: after,
                    was_admin: false,
                });
            }
            if retries.commit(changes).await? {
                return Ok(RevokedAdmin {
                    user: after,
                    was_admin: true,
                });
            }
        }
    }
}
