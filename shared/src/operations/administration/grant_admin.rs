//! Making an administrator of somebody who is there already: by an operator, and never by a public endpoint.

use jiff::Timestamp;

use crate::domain::user::Barred;
use crate::domain::{EmailAddress, User};
use crate::operations::administration::create_admin::ROLES;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

/// The administrator.
#[derive(Debug)]
pub struct GrantedAdmin {
    pub user: User,
    /// The user was not one before.
    pub is_new: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum GrantAdminError {
    #[error("nobody has the address")]
    NobodyThere,
    /// Whoever signed up with the address may not be whom the operator means.
    #[error("the user has not shown to read mail at the address")]
    EmailNotVerified,
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(GrantAdminError);

impl Core {
    /// Gives the owner of a verified address every role of the platform. What else the user is stays as it is.
    pub async fn grant_admin(&self, email: &EmailAddress, now: Timestamp) -> Result<GrantedAdmin, GrantAdminError> {
        for _ in 0..ROUNDS {
            let mut user = self.owner_of(email).await?.ok_or(GrantAdminError::NobodyThere)?;
            user.admit(now)?;
            if !user.is_email_verified() {
                return Err(GrantAdminError::EmailNotVerified);
            }
            if ROLES.iter().all(|role| user.roles.contains(role)) {
                return Ok(GrantedAdmin { user, is_new: false });
            }
            user.roles.extend(ROLES);
            user.updated_at = now;
            match self.store.commit(Changes::new().update_user(&user)).await {
                Ok(()) => return Ok(GrantedAdmin { user, is_new: true }),
                // All that was decided upon is looked at again, the owner of the address too.
                Err(CommitError::Conflict(Conflict::UserMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// The user whose address it is now.
    pub(in crate::operations) async fn owner_of(&self, email: &EmailAddress) -> Result<Option<User>, Interruption> {
        let Some(id) = self.store.find_owner(email).await? else {
            return Ok(None);
        };
        Ok(self.store.find_user(id).await?.filter(|user| user.email == *email))
    }
}
