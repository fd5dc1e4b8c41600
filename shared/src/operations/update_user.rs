//! Changing what a user says of itself.

use jiff::Timestamp;

use super::interruption::interruptible;
use super::{Caller, Core, Interruption};
use crate::domain::{Name, Patch, RateLimit, User, Username};
use crate::store::{Changes, CommitError, Conflict};

/// Absent fields stay as they are.
#[derive(Debug, Default)]
pub struct UpdateUser {
    pub name: Option<Name>,
    /// URL of a picture.
    pub image: Patch<String>,
    pub username: Option<Username>,
    pub display_username: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum UpdateUserError {
    #[error("the username belongs to somebody")]
    UsernameTaken,
    /// The user was deleted meanwhile.
    #[error("the user is gone")]
    Gone,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(UpdateUserError);

impl Core {
    pub async fn update_user(
        &self,
        caller: &Caller,
        command: UpdateUser,
        now: Timestamp,
    ) -> Result<User, UpdateUserError> {
        if command.username.is_some() {
            // It is what the user signs in with.
            caller.expect_in_person()?;
        }
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let updated = self
            .change_user(caller.user.id, |user, changes| {
                if let Some(name) = &command.name {
                    user.name = name.clone();
                }
                command.image.apply(&mut user.image);
                if let Some(shown) = &command.display_username {
                    user.display_username = Some(shown.clone());
                }
                user.updated_at = now;
                rename(user, command.username.as_ref(), changes)
            })
            .await;
        match updated {
            Ok(user) => user.ok_or(UpdateUserError::Gone),
            Err(CommitError::Conflict(Conflict::UsernameTaken)) => Err(UpdateUserError::UsernameTaken),
            Err(error) => Err(error.into()),
        }
    }
}

/// The new username is claimed and the old one given up in the commit that writes the user.
pub(super) fn rename(user: &mut User, username: Option<&Username>, changes: Changes) -> Changes {
    let Some(new) = username.filter(|new| user.username.as_ref() != Some(new)) else {
        return changes;
    };
    let changes = changes.claim_username(new, user.id);
    match user.username.replace(new.clone()) {
        Some(old) => changes.release_username(&old, user.id),
        None => changes,
    }
}
