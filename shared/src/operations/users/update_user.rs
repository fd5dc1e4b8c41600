//! Changing the own profile.

use jiff::Timestamp;

use crate::domain::{Language, Name, Patch, PhoneNumber, RateLimit, TimeZoneName, Title, User, Username};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

/// Absent fields keep their value.
#[derive(Debug, Default)]
pub struct UpdateUser {
    pub name: Option<Name>,
    /// One part of the name, instead of the whole name.
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    /// URL of a picture.
    pub image: Patch<String>,
    pub username: Option<Username>,
    pub display_username: Option<String>,
    pub profile: UpdateProfile,
}

/// The changes of [`Profile`](crate::domain::Profile).
#[derive(Debug, Default)]
pub struct UpdateProfile {
    pub phone: Option<PhoneNumber>,
    pub preferred_name: Patch<String>,
    pub title: Option<Title>,
    pub language: Option<Language>,
    pub time_zone: Option<TimeZoneName>,
}

refusals! {
    pub enum UpdateUserError {
        UsernameTaken: Conflict on UsernameTaken = "another user has the username",
        PhoneTaken: Conflict on PhoneTaken = "another user has the telephone number",
    }
}

impl Core {
    pub async fn update_user(
        &self,
        caller: &Caller,
        command: UpdateUser,
        now: Timestamp,
    ) -> Result<User, UpdateUserError> {
        let identifiers = self.identifiers_to_change(caller, &command, now)?;
        let mut attempts = self.attempts(caller, now).await?;
        if identifiers.as_ref().is_some_and(|new| new.phone.is_some()) {
            self.limit_rate(RateLimit::CHANGE_PHONE, caller.user.id, now).await?;
        }
        loop {
            let mut user = attempts.caller().user.clone();
            command.describe(&mut user);
            user.updated_at = now;
            let changes = match &identifiers {
                Some(new) => new.claim(&mut user),
                None => Changes::new(),
            };
            if attempts.commit(changes.update_user(&user)).await? {
                user.version += 1;
                return Ok(user);
            }
        }
    }
}

/// New identifiers of the caller. A user signs in with them, and other users know the user by them, so that only a
/// session with a step-up changes them.
#[derive(Debug)]
struct NewIdentifiers<'a> {
    by: Assured<StepUp>,
    username: Option<&'a Username>,
    phone: Option<&'a PhoneNumber>,
}

impl Core {
    /// `None`: the command repeats the identifiers that the user has, or names none.
    fn identifiers_to_change<'a>(
        &self,
        caller: &Caller,
        command: &'a UpdateUser,
        now: Timestamp,
    ) -> Result<Option<NewIdentifiers<'a>>, Interruption> {
        let user = &caller.user;
        let is_new_name = |name: &&Username| user.username.as_ref() != Some(*name);
        let username = command.username.as_ref().filter(is_new_name);
        let is_new_phone = |phone: &&PhoneNumber| user.profile.phone.as_ref() != Some(*phone);
        let phone = command.profile.phone.as_ref().filter(is_new_phone);
        if username.is_none() && phone.is_none() {
            return Ok(None);
        }
        let by = self.assure(caller.clone(), now)?;
        Ok(Some(NewIdentifiers { by, username, phone }))
    }
}

impl NewIdentifiers<'_> {
    fn claim(&self, user: &mut User) -> Changes {
        let changes = change_username(&self.by, user, self.username, Changes::new());
        change_phone(user, self.phone, changes)
    }
}

impl UpdateUser {
    /// Changes the attributes that need not be unique.
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

/// Claims the new username and releases the old one in the commit that writes the user.
pub(in crate::operations) fn change_username(
    _: &Assured<StepUp>,
    user: &mut User,
    username: Option<&Username>,
    changes: Changes,
) -> Changes {
    let Some(new) = username.filter(|new| user.username.as_ref() != Some(new)) else {
        return changes;
    };
    let changes = changes.claim_username(new, user.id);
    match user.username.replace(new.clone()) {
        Some(old) => changes.release_username(&old, user.id),
        None => changes,
    }
}

/// Claims the new telephone number and releases the old one in the commit that writes the user.
fn change_phone(user: &mut User, phone: Option<&PhoneNumber>, changes: Changes) -> Changes {
    let Some(new) = phone.filter(|new| user.profile.phone.as_ref() != Some(new)) else {
        return changes;
    };
    let changes = changes.claim_phone(new, user.id);
    match user.profile.phone.replace(new.clone()) {
        Some(old) => changes.release_phone(&old, user.id),
        None => changes,
    }
}
