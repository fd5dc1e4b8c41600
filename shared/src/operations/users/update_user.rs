//! Changing what a user says of itself.

use jiff::Timestamp;

use crate::domain::{Language, Name, Patch, PhoneNumber, RateLimit, TimeZoneName, Title, User, Username};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, CommitError, Conflict};

/// Absent fields stay as they are.
#[derive(Debug, Default)]
pub struct UpdateUser {
    pub name: Option<Name>,
    /// A part of the name, in place of the whole.
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// URL of a picture.
    pub image: Patch<String>,
    pub username: Option<Username>,
    pub display_username: Option<String>,
    pub profile: UpdateProfile,
}

/// What changes of [`Profile`](crate::domain::Profile).
#[derive(Debug, Default)]
pub struct UpdateProfile {
    pub phone: Option<PhoneNumber>,
    pub preferred_name: Patch<String>,
    pub title: Option<Title>,
    pub language: Option<Language>,
    pub time_zone: Option<TimeZoneName>,
}

#[derive(Debug, thiserror::Error)]
pub enum UpdateUserError {
    #[error("the username belongs to somebody")]
    UsernameTaken,
    #[error("the telephone number belongs to somebody")]
    PhoneTaken,
    /// The user was deleted meanwhile.
    #[error("the user is gone")]
    Gone,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(UpdateUserError);

impl Core {
    pub async fn update_user(
        &self,
        caller: &Caller,
        command: UpdateUser,
        now: Timestamp,
    ) -> Result<User, UpdateUserError> {
        let phone = command.profile.phone.as_ref();
        if command.username.is_some() || phone.is_some() {
            // They are what a user is known by.
            caller.expect_in_person()?;
        }
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        if phone.is_some() && phone != caller.user.profile.phone.as_ref() {
            self.limit_rate(RateLimit::CHANGE_PHONE, caller.user.id, now).await?;
        }
        let updated = self
            .change_user(caller.user.id, |user, changes| {
                command.describe(user);
                user.updated_at = now;
                let changes = rename(user, command.username.as_ref(), changes);
                renumber(user, phone, changes)
            })
            .await;
        match updated {
            Ok(user) => user.ok_or(UpdateUserError::Gone),
            Err(CommitError::Conflict(Conflict::UsernameTaken)) => Err(UpdateUserError::UsernameTaken),
            Err(CommitError::Conflict(Conflict::PhoneTaken)) => Err(UpdateUserError::PhoneTaken),
            Err(error) => Err(error.into()),
        }
    }
}

impl UpdateUser {
    /// All but what is one user's alone.
    fn describe(&self, user: &mut User) {
        if let Some(name) = &self.name {
            user.name = name.clone();
        }
        if let Some(first) = &self.first_name {
            user.name = user.name.with_first(first);
        }
        if let Some(last) = &self.last_name {
            user.name = user.name.with_last(last);
        }
        self.image.apply(&mut user.image);
        if let Some(shown) = &self.display_username {
            user.display_username = Some(shown.clone());
        }
        let UpdateProfile {
            preferred_name,
            title,
            language,
            time_zone,
            ..
        } = &self.profile;
        let profile = &mut user.profile;
        preferred_name.apply(&mut profile.preferred_name);
        profile.title = title.or(profile.title);
        profile.language = language.unwrap_or(profile.language);
        if let Some(zone) = time_zone {
            profile.time_zone = zone.clone();
        }
    }
}

/// The new username is claimed and the old one given up in the commit that writes the user.
pub(in crate::operations) fn rename(user: &mut User, username: Option<&Username>, changes: Changes) -> Changes {
    let Some(new) = username.filter(|new| user.username.as_ref() != Some(new)) else {
        return changes;
    };
    let changes = changes.claim_username(new, user.id);
    match user.username.replace(new.clone()) {
        Some(old) => changes.release_username(&old, user.id),
        None => changes,
    }
}

/// The same of the telephone number.
fn renumber(user: &mut User, phone: Option<&PhoneNumber>, changes: Changes) -> Changes {
    let Some(new) = phone.filter(|new| user.profile.phone.as_ref() != Some(new)) else {
        return changes;
    };
    let changes = changes.claim_phone(new, user.id);
    match user.profile.phone.replace(new.clone()) {
        Some(old) => changes.release_phone(&old, user.id),
        None => changes,
    }
}
