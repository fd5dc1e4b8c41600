//! Admitting a user who has authenticated, for all methods of sign-in. A ban that has expired no longer refuses the
//! user ([`User::admit`]); it is removed here, so that a user with a session is not displayed as banned.

use jiff::Timestamp;

use crate::domain::User;
use crate::domain::user::AccountBlocked;
use crate::operations::prelude::*;
use crate::store::{Changes, StoreError};

impl Core {
    /// The user as currently stored, if no state refuses a session. Without a ban this makes no call.
    pub(in crate::operations) async fn lift_expired_ban<E>(&self, mut user: User, now: Timestamp) -> Result<User, E>
    where
        E: From<AccountBlocked> + From<Interruption> + From<StoreError>,
    {
        let mut retries = self.retries(now);
        loop {
            user.admit(now)?;
            let mut unbanned = user.clone();
            if !unbanned.unban(now) {
                return Ok(user);
            }
            let changes = Changes::new().update_user(&unbanned);
            if retries.commit(changes).await.map_err(Interruption::from)? {
                unbanned.mark_stored();
                return Ok(unbanned);
            }
            user = self.store.find_user(user.id).await?.ok_or(AccountBlocked::Deleted)?;
        }
    }
}
