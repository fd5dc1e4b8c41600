//! Creating a user, as an administrator.

use jiff::Timestamp;

use crate::domain::{EmailAddress, GivenRoles, Name, NewPassword, PasswordHash, User, UserPermission, Username};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::passwords::PasswordOwner;
use crate::store::Changes;

#[derive(Debug)]
pub struct CreateUser {
    pub email: EmailAddress,
    /// `None`: the user resets the password by mail, or uses another method of sign-in.
    pub password: Option<NewPassword>,
    pub name: Name,
    /// URL of a picture.
    pub image: Option<String>,
    pub username: Option<Username>,
    pub display_username: Option<String>,
    /// `None`: the user has no role.
    pub roles: Option<GivenRoles>,
    /// The administrator confirms that the address is the user's. It has no effect for an administrator who may not.
    pub email_verified: bool,
}

impl Core {
    pub async fn create_user(
        &self,
        caller: &Assured<StepUp>,
        command: CreateUser,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let verifies = command.email_verified.then_some(UserPermission::SetEmail);
        let requires: Vec<_> = [UserPermission::Create].into_iter().chain(verifies).collect();
        let action = AdminAction {
            gives: command.roles.as_ref(),
            ..AdminAction::new("create-user", &requires)
        };
        let mut administration = self.administer(caller, action, now).await?;
        let hash = match &command.password {
            Some(password) => {
                let owner = PasswordOwner {
                    email: Some(&command.email),
                    name: Some(&command.name),
                    usernames: [
                        command.username.as_ref().map(Username::as_str),
                        command.display_username.as_deref(),
                    ],
                };
                Some(self.hash_password::<AdministerUserError>(password, owner).await?)
            }
            None => None,
        };
        let mut user = self.user_of(&command, now).await?;
        loop {
            let administrator = administration.administrator()?;
            let roles = &self.settings.admin_roles;
            let is_verified = command.email_verified && roles.may_vouch_for_addresses(&administrator.user);
            user.email_verified_at = is_verified.then_some(now);
            if administration.commit(user.id, creation(&user, hash.as_ref())).await? {
                return Ok(user);
            }
        }
    }

    /// Not yet written.
    async fn user_of(&self, command: &CreateUser, now: Timestamp) -> Result<User, AdministerUserError> {
        let mut user = self
            .build_user(command.email.clone(), command.name.clone(), now)
            .await?;
        user.is_provisioned = true;
        user.image.clone_from(&command.image);
        self.rename_user(
            &mut user,
            command.username.as_ref(),
            command.display_username.as_deref(),
        )
        .map(drop)
        .ok_or(AdministerUserError::UsernameReserved)?;
        if let Some(given) = &command.roles {
            self.settings.admin_roles.give(given, &mut user, now);
        }
        Ok(user)
    }
}

fn creation(user: &User, password: Option<&PasswordHash>) -> Changes {
    let changes = Changes::new().claim_email(&user.email, user.id).create_user(user);
    let changes = user
        .claimed_usernames()
        .fold(changes, |changes, name| changes.claim_username(name, user.id));
    match password {
        Some(hash) => changes.set_password(user.id, hash),
        None => changes,
    }
}
