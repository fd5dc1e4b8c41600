//! A new user, made by an administrator.

use jiff::Timestamp;

use super::{AdministerUserError, Caller, Core};
use crate::domain::{EmailAddress, GivenRoles, Name, NewPassword, User, UserPermission, Username};
use crate::store::{Changes, CommitError, Conflict};

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
        self.permit(caller, UserPermission::Create)?;
        if let Some(given) = &command.roles {
            self.permit_roles(caller, given)?;
        }
        if command.email_verified {
            self.permit(caller, UserPermission::SetEmail)?;
        }
        let mut user = self.new_user(command.email, command.name, now).await?;
        user.image = command.image;
        user.username = command.username;
        user.display_username = command.display_username;
        user.email_verified_at = command.email_verified.then_some(now);
        if let Some(given) = &command.roles {
            given.give_to(&mut user);
        }
        let mut changes = Changes::new().claim_email(&user.email, user.id);
        if let Some(username) = &user.username {
            changes = changes.claim_username(username, user.id);
        }
        if let Some(password) = &command.password {
            let hash = self.passwords.hash(password, &*self.entropy).await;
            changes = changes.set_password(user.id, &hash);
        }
        match self.store.commit(changes.create_user(&user)).await {
            Ok(()) => Ok(user),
            Err(CommitError::Conflict(Conflict::EmailTaken)) => Err(AdministerUserError::EmailTaken),
            Err(CommitError::Conflict(Conflict::UsernameTaken)) => Err(AdministerUserError::UsernameTaken),
            Err(error) => Err(error.into()),
        }
    }
}
