//! Leaving an organization. Its last owner stays.

use jiff::Timestamp;

use crate::domain::{Membership, OrganizationId, RateLimit};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::members::remove_member::outside;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

#[derive(Debug, thiserror::Error)]
pub enum LeaveOrganizationError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error("the organization would be left without an owner")]
    LastOwner,
    #[error("the session was ended meanwhile")]
    SessionGone,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(LeaveOrganizationError);

/// How often the caller is looked at again when another request was writing it.
const ROUNDS: usize = 8;

impl Core {
    /// What the caller was there.
    pub async fn leave_organization(
        &self,
        caller: &Caller,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Membership, LeaveOrganizationError> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let user = &caller.user;
            let membership = user.membership(id).ok_or(LeaveOrganizationError::NotAMember)?;
            let changes = Changes::new()
                .update_user(&outside(user, id))
                .delete_member(user.id, membership);
            match self.store.commit(changes).await {
                Ok(()) => return Ok(membership.clone()),
                Err(CommitError::Conflict(Conflict::LastOwner)) => {
                    self.still_there(id).await?.ok_or(LeaveOrganizationError::NotAMember)?;
                    return Err(LeaveOrganizationError::LastOwner);
                }
                Err(CommitError::Conflict(Conflict::OrganizationMoved | Conflict::UserMoved)) => {
                    self.still_there(id).await?.ok_or(LeaveOrganizationError::NotAMember)?;
                    let again = self.look_again(&caller, now).await?;
                    caller = again.ok_or(LeaveOrganizationError::SessionGone)?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
