//! Writing a user that others may be writing too: read, change, write under the version that was read, and again if it moved.

use crate::domain::{User, UserId};
use crate::operations::core::Core;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// Applies `change` to the newest state; `None` when the user is gone. What else belongs to the commit, `change` adds; a conflict of
    /// it is the caller's to explain.
    pub(in crate::operations) async fn change_user(
        &self,
        id: UserId,
        change: impl Fn(&mut User, Changes) -> Changes,
    ) -> Result<Option<User>, CommitError> {
        for _ in 0..ROUNDS {
            let Some(mut user) = self.store.find_user(id).await? else {
                return Ok(None);
            };
            let changes = change(&mut user, Changes::new());
            match self.store.commit(changes.update_user(&user)).await {
                Ok(()) => {
                    return Ok(Some(User {
                        version: user.version + 1,
                        ..user
                    }));
                }
                Err(CommitError::Conflict(Conflict::UserMoved)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(CommitError::Conflict(Conflict::UserMoved))
    }
}
