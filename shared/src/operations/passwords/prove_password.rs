//! Proof of the password, which protects sensitive operations against a stolen session.

use jiff::Timestamp;

use crate::domain::{PasswordAttempt, RateLimit, Session, User};
use crate::operations::prelude::*;
use crate::store::{Changes, Identifier};

refusals! {
    /// The reasons for which the operation may not continue.
    pub enum NotProven {
        WrongPassword: Unauthenticated = "the password is wrong",
        NoPassword: Conflict = "the user has no password",
        /// The session predates the user's second factor.
        SecondFactorNotShown: Forbidden = "the second factor was not shown for this session",
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
    /// A client with the password and a session that predates the second factor must not circumvent the second factor
    /// by changing the password.
    pub(in crate::operations) fn expect_second_factor(&self, session: &Session) -> Result<(), NotProven> {
        expect_second_factor(session, &self.user)
    }

    /// The password was right, so attempts up to this one no longer count.
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
