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
        /// Another user has the username, or a display username that resembles it, or resembles the display username.
        UsernameTaken: Conflict on UsernameTaken = "another user has the username",
        UsernameReserved: Invalid = "the username is reserved",
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
        let (next, _) = self.updated_user(caller, &command, now)?;
        let mut attempts = self.attempts(caller, now).await?;
        if next.profile.phone != caller.user.profile.phone {
            self.limit_rate(RateLimit::CHANGE_PHONE, caller.user.id, now).await?;
        }
        loop {
            let (mut user, changes) = self.updated_user(&attempts.caller(), &command, now)?;
            if attempts.commit(changes.update_user(&user)).await? {
                user.mark_stored();
                return Ok(user);
            }
        }
    }

    /// The caller's user after the update, and the claims of new identifiers. A user signs in with identifiers, and
    /// other users know the user by them, so that only a session with a step-up changes them.
    fn updated_user(
        &self,
        caller: &Caller,
        command: &UpdateUser,
        now: Timestamp,
    ) -> Result<(User, Changes), UpdateUserError> {
        let mut user = caller.user.clone();
        command.describe(&mut user);
        user.updated_at = now;
        let renamed = self.rename_user(
            &mut user,
            command.username.as_ref(),
            command.display_username.as_deref(),
        );
        let changes = renamed.ok_or(UpdateUserError::UsernameReserved)?;
        let changes = change_phone(&mut user, command.profile.phone.as_ref(), changes);
        if !has_same_identifiers(&user, &caller.user) {
            let _: Assured<StepUp> = self.assure(caller.clone(), now)?;
        }
        Ok((user, changes))
    }
}

fn has_same_identifiers(user: &User, other: &User) -> bool {
    user.profile.phone == other.profile.phone && user.claimed_usernames().eq(other.claimed_usernames())
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
        profile.language = language.or(profile.language);
        if let Some(zone) = time_zone {
            profile.time_zone = zone.clone();
        }
    }
}

/// Claims the new telephone number and releases the old one in the commit that writes the user.
fn change_phone(user: &mut User, phone: Option<&PhoneNumber>, changes: Changes) -> Changes {
    let Some(new) = phone.filter(|new| user.profile.phone.as_ref() != Some(new)) else {
        return changes;
    };
    user.profile.is_phone_verified = false;
    let changes = changes.claim_phone(new, user.id);
    match user.profile.phone.replace(new.clone()) {
        Some(old) => changes.release_phone(&old, user.id),
        None => changes,
    }
}
