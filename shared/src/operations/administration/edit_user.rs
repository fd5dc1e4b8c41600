//! Changing another user's profile, as an administrator.

use jiff::Timestamp;

use crate::domain::user::BanTerms;
use crate::domain::{EmailAddress, GivenRoles, MailPurpose, Name, Patch, User, UserId, UserPermission, Username};
use crate::operations::addresses::replace_address::replace_address;
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

/// Absent fields keep their value.
#[derive(Debug, Default)]
pub struct EditUser {
    pub name: Option<Name>,
    /// URL of a picture.
    pub image: Patch<String>,
    pub username: Option<Username>,
    pub display_username: Option<String>,
    pub email: Option<EmailAddress>,
    pub email_verified: Option<bool>,
    pub roles: Option<GivenRoles>,
    pub ban: Option<Ban>,
}

/// How an edit changes the ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ban {
    Impose(BanTerms),
    Lift,
}

impl Core {
    pub async fn edit_user(
        &self,
        caller: &Assured<StepUp>,
        id: UserId,
        command: &EditUser,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let requires = required_permissions(command);
        let action = AdminAction {
            gives: command.roles.as_ref(),
            ..AdminAction::new("update-user", &requires)
        };
        let mut administration = self.administer(caller, action, now).await?;
        if let Some(permission) = permission_over_others(command) {
            administration.expect_other(id, permission)?;
        }
        loop {
            let mut user = administration.target(id).await?;
            let administrator = administration.administrator()?;
            let may_vouch = self.settings.admin_roles.may_vouch_for_addresses(&administrator.user);
            if command.vouches_for(&user) && !may_vouch {
                return Err(AdministerUserError::NotPermitted(UserPermission::SetEmail));
            }
            let (old_email, was_verified) = (user.email.clone(), user.is_email_verified());
            if let Some(given) = &command.roles {
                self.settings.admin_roles.give(given, &mut user, now);
            }
            let renamed = self.rename_user(
                &mut user,
                command.username.as_ref(),
                command.display_username.as_deref(),
            );
            let renamed = renamed.ok_or(AdministerUserError::UsernameReserved)?;
            let mut changes = apply(command, &mut user, renamed, now);
            if user.email != old_email {
                let purpose = MailPurpose::EmailChanged {
                    user_id: id,
                    old_email,
                    was_verified,
                };
                changes = changes.enqueue(&self.mail(purpose, now));
            }
            if administration.commit(id, changes.update_user(&user)).await? {
                return Ok(user);
            }
        }
    }
}

impl EditUser {
    /// Whether the edit verifies the address that the user has.
    fn vouches_for(&self, user: &User) -> bool {
        let keeps_email = self.email.as_ref().is_none_or(|email| *email == user.email);
        self.email_verified == Some(true) && !user.is_email_verified() && keeps_email
    }
}

fn required_permissions(command: &EditUser) -> Vec<UserPermission> {
    let sets_email = command.email.is_some() || command.email_verified.is_some();
    let required = [
        Some(UserPermission::Update),
        sets_email.then_some(UserPermission::SetEmail),
        command.ban.as_ref().map(|_| UserPermission::Ban),
    ];
    required.into_iter().flatten().collect()
}

/// The permission for changes that administrators must not make to themselves: an attacker with a stolen session must
/// not take over the account, and at least one administrator must keep the permission.
fn permission_over_others(command: &EditUser) -> Option<UserPermission> {
    if matches!(command.ban, Some(Ban::Impose(_))) {
        Some(UserPermission::Ban)
    } else if command.roles.is_some() {
        Some(UserPermission::SetRole)
    } else if command.email.is_some() || command.email_verified.is_some() {
        Some(UserPermission::SetEmail)
    } else {
        None
    }
}

fn apply(command: &EditUser, user: &mut User, changes: Changes, now: Timestamp) -> Changes {
    if let Some(name) = &command.name {
        user.name = name.clone();
    }
    command.image.apply(&mut user.image);
    match &command.ban {
        Some(Ban::Impose(terms)) => user.ban(terms.clone(), now),
        Some(Ban::Lift) => {
            user.unban(now);
        }
        None => {}
    }
    user.updated_at = now;
    let old_email = user.email.clone();
    let changes = set_email(user, command.email.as_ref(), changes);
    match command.email_verified {
        // An address is verified by its mailbox, or confirmed by an administrator afterwards, and never by being
        // written.
        Some(true) if user.email != old_email => {}
        Some(true) => user.email_verified_at = user.email_verified_at.or(Some(now)),
        Some(false) => user.email_verified_at = None,
        None => {}
    }
    changes
}

/// `None`: the address stays as it is.
fn set_email(user: &mut User, email: Option<&EmailAddress>, changes: Changes) -> Changes {
    match email.filter(|new| **new != user.email) {
        Some(new) => replace_address(user, new, changes),
        None => changes,
    }
}
