//! Taking away what makes somebody an administrator: by an operator, who alone takes away what an operator has granted.

use jiff::Timestamp;

use crate::domain::{EmailAddress, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

/// An ordinary user.
#[derive(Debug)]
pub struct RevokedAdmin {
    pub user: User,
    /// The user had a role.
    pub had_roles: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum RevokeAdminError {
    #[error("nobody has the address")]
    NobodyThere,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(RevokeAdminError);

impl Core {
    /// Takes every role away from the owner of an address, whoever gave it, and ends the user's sessions: access tokens say roles for as
    /// long as they live, and no session gets another one. Whether the address is verified, or the user may sign in, is no matter.
    pub async fn revoke_admin(&self, email: &EmailAddress, now: Timestamp) -> Result<RevokedAdmin, RevokeAdminError> {
        for _ in 0..ROUNDS {
            let mut user = self.owner_of(email).await?.ok_or(RevokeAdminError::NobodyThere)?;
            if user.roles.is_empty() && user.custom_roles.is_empty() {
                return Ok(RevokedAdmin { user, had_roles: false });
            }
            user.roles.clear();
            user.custom_roles.clear();
            user.session_generation += 1;
            user.updated_at = now;
            match self.store.commit(Changes::new().update_user(&user)).await {
                Ok(()) => return Ok(RevokedAdmin { user, had_roles: true }),
                Err(CommitError::Conflict(Conflict::UserMoved)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
