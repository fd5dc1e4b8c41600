//! Making an existing user an administrator: by an operator, and never by a public endpoint.

use jiff::Timestamp;

use crate::domain::user::AccountBlocked;
use crate::domain::{AdminAccount, AdminId, EmailAddress, User};
use crate::operations::administration::create_admin::ROLES;
use crate::operations::attempts::Lost;
use crate::operations::prelude::*;
use crate::store::{Changes, Conflict};

#[derive(Debug)]
pub struct GrantedAdmin {
    pub user: User,
    /// Whether the user became an administrator by this call.
    pub is_new: bool,
}

refusals! {
    pub enum GrantAdminError {
        UserNotFound: NotFound = "no user has the address",
        /// The address is not verified, so the user may not be the person whom the operator means.
        EmailNotVerified: Conflict = "the address is not verified",
    }
    of {
        AccountBlocked(#[from] AccountBlocked) = "{0}",
    }
}

impl Core {
    /// Gives the owner of a verified address every role of the platform, and an account to a user who is a member of
    /// none. The owner also becomes an administrator of the platform, and sets the password for that with a mail. The
    /// user's other attributes do not change.
    pub async fn grant_admin(&self, email: &EmailAddress, now: Timestamp) -> Result<GrantedAdmin, GrantAdminError> {
        let mut retries = self.retries(now);
        loop {
            let user = self.find_user_by_email(email).await?;
            let mut user = user.ok_or(GrantAdminError::UserNotFound)?;
            user.admit(now)?;
            if !user.is_email_verified() {
                return Err(GrantAdminError::EmailNotVerified);
            }
            let has_roles = ROLES.iter().all(|role| user.roles.contains(role));
            let admin = self.find_admin_by_email(email).await?;
            if has_roles && !user.memberships.is_empty() && admin.is_some() {
                return Ok(GrantedAdmin { user, is_new: false });
            }
            let mut changes = Changes::new();
            if user.memberships.is_empty() {
                changes = self.start_in_solo_organization(changes, &mut user, now).await?;
            }
            if admin.is_none() {
                let admin = AdminAccount::new(AdminId::generate(now, &*self.entropy), email.clone(), now);
                changes = changes.claim_admin_email(email, admin.id).create_admin(&admin);
            }
            user.roles.extend(ROLES);
            // An attacker who has a session of the user must not gain the permissions.
            user.end_sessions(now);
            match retries.commit(changes.update_user(&user)).await {
                Ok(true) => return Ok(GrantedAdmin { user, is_new: true }),
                Ok(false) => {}
                // Another grant, or the creation of an administrator, has just claimed the address.
                Err(Lost::Refused(conflict @ Conflict::AdministratorExists)) => retries.back_off(conflict).await?,
                Err(lost) => return Err(lost.into()),
            }
        }
    }
}
