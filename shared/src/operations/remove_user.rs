//! Deleting another user, as an administrator.

use super::{AdministerUserError, Caller, Core, DeleteUserError};
use crate::domain::{UserId, UserPermission};

impl Core {
    pub async fn remove_user(&self, caller: &Caller, id: UserId) -> Result<(), AdministerUserError> {
        self.permit(caller, UserPermission::Delete)?;
        if id == caller.user.id {
            return Err(AdministerUserError::Yourself(UserPermission::Delete));
        }
        let user = self.administered(caller, id).await?;
        match self.erase(&user, None).await {
            Ok(()) => Ok(()),
            Err(DeleteUserError::OnlyOwner) => Err(AdministerUserError::OnlyOwner),
            Err(DeleteUserError::Interrupted(interruption)) => Err(interruption.into()),
            // The rest is about proofs, of which an administrator gives none.
            Err(_) => Err(super::Interruption::Internal.into()),
        }
    }
}
