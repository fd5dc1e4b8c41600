//! Proving oneself with the password before what a stolen session alone must not do.

use jiff::Timestamp;

use crate::domain::{PasswordAttempt, RateLimit, Session, User};
use crate::operations::prelude::*;
use crate::store::{Changes, Identifier};

refusals! {
    /// Why the caller may not go on.
    pub enum NotProven {
        WrongPassword: Unauthenticated = "the password is wrong",
        NoPassword: Conflict = "the user has no password",
        /// The session is from before the user asked for a second factor.
        SecondFactorNotShown: Forbidden = "the second factor was not shown for this session",
    }
}

/// The caller's user as of now, with the right password.
#[derive(Debug)]
pub(in crate::operations) struct Proven {
    pub user: User,
    identifier: Identifier,
}

impl Core {
    /// Counted before the password is looked at, for the client's address and for the account.
    pub(in crate::operations) async fn prove_own_password(
        &self,
        caller: &Caller,
        password: &PasswordAttempt,
        client_ip: &str,
        now: Timestamp,
    ) -> Result<Proven, NotProven> {
        caller.expect_in_person()?;
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
    /// Whoever has a session from before the second factor, and the password, must not get around the second factor by changing it.
    pub(in crate::operations) fn expect_second_factor(&self, session: &Session) -> Result<(), NotProven> {
        expect_second_factor(session, &self.user)
    }

    /// The right password came: attempts up to this one no longer count.
    pub(in crate::operations) fn forgive(&self, changes: Changes) -> Changes {
        changes.forgive_attempts(&self.user.email, &self.identifier)
    }
}

/// The same, for the user as it is in a commit.
pub(in crate::operations) fn expect_second_factor(session: &Session, user: &User) -> Result<(), NotProven> {
    if session.may_manage_credentials(user) {
        Ok(())
    } else {
        Err(NotProven::SecondFactorNotShown)
    }
}
