//! Changing another user's profile, as an administrator.

use jiff::Timestamp;

use crate::domain::user::BanTerms;
use crate::domain::{
    EmailAddress, EmailStatus, Errand, GivenRoles, Mail, MailId, Name, Patch, User, UserId, UserPermission, Username,
    one_time,
};
use crate::operations::administration::administer_user::AdministerUserError;
use crate::operations::administration::administer_user::Deed;
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;
use crate::operations::users::update_user::rename;
use crate::store::Changes;

/// Absent fields stay as they are.
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

/// What an edit says of a ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ban {
    Impose(BanTerms),
    Lift,
}

impl Core {
    pub async fn edit_user(
        &self,
        caller: &Caller,
        id: UserId,
        command: &EditUser,
        now: Timestamp,
    ) -> Result<User, AdministerUserError> {
        let takes = needed(command);
        let deed = Deed {
            gives: command.roles.as_ref(),
            ..Deed::new("update-user", &takes)
        };
        self.begin(caller, &deed, now).await?;
        if id == caller.user.id {
            expect_harmless(command)?;
        }
        let notice = MailId::generate(now, &*self.entropy);
        let change = |user: &mut User, changes| {
            let old_email = user.email.clone();
            let changes = apply(command, user, changes, now);
            if user.email == old_email {
                return changes;
            }
            let errand = Errand::EmailChanged { user_id: id, old_email };
            changes.enqueue(&Mail {
                id: notice,
                errand,
                created_at: now,
            })
        };
        self.administer(caller, id, deed, change, now).await
    }
}

fn needed(command: &EditUser) -> Vec<UserPermission> {
    let moves = command.email.is_some() || command.email_verified.is_some();
    let needed = [
        Some(UserPermission::Update),
        moves.then_some(UserPermission::SetEmail),
        command.ban.as_ref().map(|_| UserPermission::Ban),
    ];
    needed.into_iter().flatten().collect()
}

/// To themselves, administrators do what everybody does: whoever finds their session open must not get the account with it. And nobody
/// takes away their own right, so that there is always somebody left who has it.
fn expect_harmless(command: &EditUser) -> Result<(), AdministerUserError> {
    let harm = if matches!(command.ban, Some(Ban::Impose(_))) {
        UserPermission::Ban
    } else if command.roles.is_some() {
        UserPermission::SetRole
    } else if command.email.is_some() || command.email_verified.is_some() {
        UserPermission::SetEmail
    } else {
        return Ok(());
    };
    Err(AdministerUserError::Yourself(harm))
}

fn apply(command: &EditUser, user: &mut User, changes: Changes, now: Timestamp) -> Changes {
    if let Some(name) = &command.name {
        user.name = name.clone();
    }
    command.image.apply(&mut user.image);
    if let Some(shown) = &command.display_username {
        user.display_username = Some(shown.clone());
    }
    if let Some(given) = &command.roles {
        given.give_to(user);
    }
    match &command.ban {
        Some(Ban::Impose(terms)) => user.ban(terms.clone(), now),
        Some(Ban::Lift) => {
            user.unban(now);
        }
        None => {}
    }
    user.updated_at = now;
    let changes = rename(user, command.username.as_ref(), changes);
    let changes = move_to(user, command.email.as_ref(), changes);
    match command.email_verified {
        Some(true) => user.email_verified_at = user.email_verified_at.or(Some(now)),
        Some(false) => user.email_verified_at = None,
        None => {}
    }
    changes
}

/// Nobody has shown to read mail at the new address, and tokens that went to the old one open nothing any more.
fn move_to(user: &mut User, email: Option<&EmailAddress>, changes: Changes) -> Changes {
    let Some(new) = email.filter(|new| **new != user.email) else {
        return changes;
    };
    let old = std::mem::replace(&mut user.email, new.clone());
    user.email_verified_at = None;
    user.email_status = EmailStatus::Deliverable;
    changes
        .claim_email(new, user.id)
        .release_email(&old, user.id)
        .drop_grant::<one_time::VerifyEmail>(user.id)
        .drop_grant::<one_time::ResetPassword>(user.id)
        .drop_grant::<one_time::ChangeEmail>(user.id)
        .drop_grant::<one_time::DeleteUser>(user.id)
}
