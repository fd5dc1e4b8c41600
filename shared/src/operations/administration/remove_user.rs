//! Deleting another user, as an administrator.

use jiff::Timestamp;

use crate::domain::{UserId, UserPermission};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::sessions::authenticate::Caller;
use crate::operations::users::delete_user::DeleteUserError;

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// What changes meanwhile is looked at again: whoever was just made an administrator is not erased by somebody of a lower rank.
    pub async fn remove_user(&self, caller: &Caller, id: UserId, now: Timestamp) -> Result<(), AdministerUserError> {
        let deed = Deed::new("remove-user", &[UserPermission::Delete]);
        self.begin(caller, &deed, now).await?;
        if id == caller.user.id {
            return Err(AdministerUserError::Yourself(UserPermission::Delete));
        }
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let user = self.administered(&caller, id).await?;
            let erased = self.erase_as_read(&user, None, |changes| caller.entitled(id, changes), now);
            match erased.await {
                Ok(true) => {
                    deed.record(&caller, id, now);
                    return Ok(());
                }
                Ok(false) => caller = self.still_entitled(&caller, &deed, now).await?,
                Err(DeleteUserError::OnlyOwner) => return Err(AdministerUserError::OnlyOwner),
                Err(DeleteUserError::Interrupted(interruption)) => return Err(interruption.into()),
                // The rest is about proofs, of which an administrator gives none.
                Err(error) => return Err(Interruption::internal(error).into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }
}
