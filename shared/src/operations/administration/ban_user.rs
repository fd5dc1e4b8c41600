//! Banning a user, as an administrator.

use jiff::{SignedDuration, Timestamp};

use crate::domain::user::BanTerms;
use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

#[derive(Debug)]
pub struct BanUser {
    pub user_id: UserId,
    pub reason: String,
    /// `None`: the ban has no end.
    pub expires_in: Option<SignedDuration>,
}

impl Core {
    /// The ban takes effect immediately: every session check reads it, and it ends every session of the user.
    pub async fn ban_user(
        &self,
        caller: &Assured<StepUp>,
        command: BanUser,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let id = command.user_id;
        let action = AdminAction::new("ban-user", &[UserPermission::Ban]);
        let mut administration = self.administer(caller, action, now).await?;
        administration.expect_other(id, UserPermission::Ban)?;
        let terms = BanTerms {
            reason: command.reason,
            until: command.expires_in.and_then(|lasts| now.checked_add(lasts).ok()),
        };
        loop {
            let mut user = administration.target(id).await?;
            user.ban(terms.clone(), now);
            if administration.commit(id, Changes::new().update_user(&user)).await? {
                return Ok(user);
            }
        }
    }
}
