//! The end of a ban, in one place for all ways to sign in. That it is over, each look at the user sees ([`User::admit`]); here it is
//! forgotten as well, so that nobody is shown as banned who is in.

use jiff::Timestamp;

use crate::domain::User;
use crate::domain::user::Barred;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::store::{Changes, CommitError, Conflict, StoreError};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

impl Core {
    /// The user, as of now, who has shown who they are and may come in. Costs nothing unless there was a ban.
    pub(in crate::operations) async fn let_in<E>(&self, mut user: User, now: Timestamp) -> Result<User, E>
    where
        E: From<Barred> + From<Interruption> + From<StoreError> + From<CommitError>,
    {
        for _ in 0..ROUNDS {
            user.admit(now)?;
            let mut freed = user.clone();
            if !freed.unban(now) {
                return Ok(user);
            }
            match self.store.commit(Changes::new().update_user(&freed)).await {
                Ok(()) => {
                    freed.version += 1;
                    return Ok(freed);
                }
                Err(CommitError::Conflict(Conflict::UserMoved)) => {}
                Err(error) => return Err(error.into()),
            }
            user = self.store.find_user(user.id).await?.ok_or(Barred::Deleted)?;
        }
        Err(Interruption::Unavailable.into())
    }
}
