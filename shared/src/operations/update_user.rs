//! Changing what a user says of itself.

use jiff::Timestamp;

use super::{Caller, Core, Interruption};
use crate::domain::{Name, Patch, RateLimit, User};

/// Absent fields stay as they are.
#[derive(Debug, Default)]
pub struct UpdateUser {
    pub name: Option<Name>,
    /// URL of a picture.
    pub image: Patch<String>,
}

impl Core {
    /// `None`: the user was deleted meanwhile.
    pub async fn update_user(
        &self,
        caller: &Caller,
        command: UpdateUser,
        now: Timestamp,
    ) -> Result<Option<User>, Interruption> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        self.change_user(caller.user.id, |user, changes| {
            if let Some(name) = &command.name {
                user.name = name.clone();
            }
            command.image.apply(&mut user.image);
            user.updated_at = now;
            changes
        })
        .await
    }
}
