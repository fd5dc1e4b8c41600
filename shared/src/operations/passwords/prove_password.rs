//! Proof of the password, which protects sensitive operations against a stolen session.

use jiff::Timestamp;

use crate::domain::{PasswordAttempt, RateLimit, User};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, InPerson};
use crate::store::{Changes, Identifier};

refusals! {
    /// The reasons for which the operation may not continue.
    pub enum NotProven {
        WrongPassword: Unauthenticated = "the password is wrong",
        NoPassword: Conflict = "the user has no password",
    }
}

/// The caller's user as currently stored, with the right password.
#[derive(Debug)]
pub(in crate::operations) struct Proven {
    pub user: User,
    identifier: Identifier,
}

impl Core {
    /// The attempt is counted before the password is verified, for the client's address and for the account.
    pub(in crate::operations) async fn prove_own_password(
        &self,
        caller: &Assured<InPerson>,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<Proven, NotProven> {
        self.limit_rate(RateLimit::CHANGE_CREDENTIAL, client_ip, now).await?;
        let identifier = self.attempt(&caller.user.email, now).await?;
        let (Some(user), Some(hash)) = self.store.find_user_and_password(caller.user.id).await? else {
            return Err(NotProven::NoPassword);
        };
        if self.passwords.verify(Some(&hash), password).await?.matches {
            Ok(Proven { user, identifier })
        } else {
            Err(NotProven::WrongPassword)
        }
    }
}

impl Proven {
    /// The password was right, so attempts up to this one no longer count.
    pub(in crate::operations) fn forgive(&self, changes: Changes) -> Changes {
        changes.forgive_attempts(&self.user.email, &self.identifier)
    }
}
