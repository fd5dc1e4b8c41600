//! Shutting out whoever was in an account before anybody had shown to read its mail: it may have been signed up with a stranger's
//! address, to wait for the stranger with a key of one's own.

use jiff::Timestamp;

use crate::domain::passkey::Passkey;
use crate::domain::{LinkedAccount, User};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::store::{Changes, CommitError, Conflict};

/// How many linked accounts are taken away in one commit, which bears a hundred writes: each takes two, and passkeys up to forty-one.
const ACCOUNTS_AT_ONCE: usize = 20;

/// All that opens an account, apart from API keys: those are made in a session, and there is none without a door.
struct Doors {
    has_password: bool,
    passkeys: Vec<Passkey>,
    accounts: Vec<LinkedAccount>,
}

impl Core {
    /// The user when nothing opens the account any more, if the address was never verified; as it is, if it was. `None`: somebody else is
    /// writing the user, or there is more to take away; look at it again.
    ///
    /// The first commit ends every session and takes the password, the second factor, passkeys and linked accounts away. From then on
    /// nobody is in who could make another, so API keys can be deleted one after the other. Where that is cut short, nobody is in, and
    /// whoever resets the password next goes on.
    pub(in crate::operations) async fn leave_alone(
        &self,
        user: User,
        now: Timestamp,
    ) -> Result<Option<User>, Interruption> {
        if user.is_email_verified() {
            return Ok(Some(user));
        }
        let doors = self.doors_of(&user).await?;
        if !doors.are_shut(&user) {
            self.shut(user, &doors, now).await?;
            return Ok(None);
        }
        self.drop_api_keys(user.id).await?;
        Ok(Some(user))
    }

    /// Of the user as it is: what is opened after this was read has written the user.
    async fn doors_of(&self, user: &User) -> Result<Doors, Interruption> {
        let (_, password) = self.store.find_user_and_password(user.id).await?;
        Ok(Doors {
            has_password: password.is_some(),
            passkeys: self.store.list_passkeys(user.id).await?,
            accounts: self.store.list_linked_accounts(user.id).await?,
        })
    }

    /// As far as one commit goes. A lost race is for the next look.
    async fn shut(&self, mut user: User, doors: &Doors, now: Timestamp) -> Result<(), Interruption> {
        user.session_generation += 1;
        user.turn_off_second_factor();
        user.updated_at = now;
        let changes = Changes::new()
            .update_user(&user)
            .delete_password(user.id)
            .delete_authenticator(user.id)
            .delete_backup_codes(user.id)
            .forget_second_factor_attempts(user.id)
            .drop_passkeys(user.id, &doors.passkeys);
        let accounts = doors.accounts.iter().take(ACCOUNTS_AT_ONCE);
        match self.store.commit(accounts.fold(changes, Changes::unlink_account)).await {
            Ok(()) => {
                tracing::info!(user.id = %user.id, "all that opened an account of an unverified address was taken away");
                Ok(())
            }
            Err(CommitError::Conflict(Conflict::UserMoved | Conflict::AccountMoved)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Doors {
    fn are_shut(&self, user: &User) -> bool {
        !self.has_password && self.passkeys.is_empty() && self.accounts.is_empty() && !user.two_factor_enabled
    }
}
