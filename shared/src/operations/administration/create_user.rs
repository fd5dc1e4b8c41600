//! A new user, made by an administrator.

use jiff::Timestamp;

use crate::domain::{EmailAddress, GivenRoles, Name, NewPassword, PasswordHash, User, UserPermission, Username};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// How often a lost race is run again.
const ROUNDS: usize = 8;

#[derive(Debug)]
pub struct CreateUser {
    pub email: EmailAddress,
    /// Absent: the user sets one with a mail, or signs in otherwise.
    pub password: Option<NewPassword>,
    pub name: Name,
    /// URL of a picture.
    pub image: Option<String>,
    pub username: Option<Username>,
    pub display_username: Option<String>,
    /// Absent: an ordinary user.
    pub roles: Option<GivenRoles>,
    /// The administrator vouches for the address.
    pub email_verified: bool,
}

impl Core {
    pub async fn create_user(
        &self,
        caller: &Caller,
        command: CreateUser,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let vouches = command.email_verified.then_some(UserPermission::SetEmail);
        let takes: Vec<_> = [UserPermission::Create].into_iter().chain(vouches).collect();
        let deed = Deed {
            gives: command.roles.as_ref(),
            ..Deed::new("create-user", &takes)
        };
        self.begin(caller, &deed, now).await?;
        let hash = match &command.password {
            Some(password) => Some(self.passwords.hash(password, &*self.entropy).await?),
            None => None,
        };
        let user = self.described(&command, now).await?;
        let mut caller = caller.clone();
        for _ in 0..ROUNDS {
            let changes = caller.entitled(user.id, made(&user, hash.as_ref()));
            match self.store.commit(changes).await {
                Ok(()) => {
                    deed.record(&caller, user.id, now);
                    return Ok(user);
                }
                Err(CommitError::Conflict(Conflict::UserMoved | Conflict::SessionGone)) => {
                    caller = self.still_entitled(&caller, &deed, now).await?;
                }
                Err(CommitError::Conflict(Conflict::EmailTaken)) => return Err(AdministerUserError::EmailTaken),
                Err(CommitError::Conflict(Conflict::UsernameTaken)) => return Err(AdministerUserError::UsernameTaken),
                Err(error) => return Err(error.into()),
            }
        }
        Err(Interruption::Unavailable.into())
    }

    /// Not yet written.
    async fn described(&self, command: &CreateUser, now: Timestamp) -> Result<User, Interruption> {
        let mut user = self.new_user(command.email.clone(), command.name.clone(), now).await?;
        user.image.clone_from(&command.image);
        user.username.clone_from(&command.username);
        user.display_username.clone_from(&command.display_username);
        user.email_verified_at = command.email_verified.then_some(now);
        if let Some(given) = &command.roles {
            given.give_to(&mut user);
        }
        Ok(user)
    }
}

fn made(user: &User, password: Option<&PasswordHash>) -> Changes {
    let mut changes = Changes::new().claim_email(&user.email, user.id).create_user(user);
    if let Some(username) = &user.username {
        changes = changes.claim_username(username, user.id);
    }
    match password {
        Some(hash) => changes.set_password(user.id, hash),
        None => changes,
    }
}
