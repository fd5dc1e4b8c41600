//! A user who can sign in, and the account states that allow or prevent it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::deliverability::EmailStatus;
use super::email::EmailAddress;
use super::ids::{OrganizationId, UserId, UserNumber};
use super::organization::Membership;
use super::profile::Profile;
use super::statements::RoleName;
use super::text::text_enum;
use super::user_class::UserClass;
use super::username::{LoginName, Username};

#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct User {
    pub id: UserId,
    pub number: UserNumber,
    pub email: EmailAddress,
    /// `None` until the user has proved control of the mailbox.
    pub email_verified_at: Option<Timestamp>,
    /// Why mail to the address fails, as reported by SES.
    pub email_status: EmailStatus,
    pub username: Option<Username>,
    /// The username in its owner's spelling, or another text for display.
    pub display_username: Option<String>,
    /// The username that the display username resembles, if it is another one than the user's own. No other user may
    /// have it as a username or resemble it, so that no user passes for another.
    pub display_claim: Option<Username>,
    pub name: Name,
    /// URL of a picture.
    pub image: Option<String>,
    pub profile: Profile,
    pub status: UserStatus,
    pub roles: BTreeSet<PlatformRole>,
    /// Further roles for the administration of users, which the deployment defines.
    pub custom_roles: BTreeSet<RoleName>,
    /// The roles as an administrator has named them, possibly with `user`, which every user has. It only determines how
    /// the roles are shown.
    pub role_order: Vec<RoleName>,
    /// Memberships are stored with the user, and in the same transaction on the organization's own list: code that has
    /// read a user knows the user's rights in each organization without a further read.
    pub memberships: Vec<Membership>,
    /// The organization that is active in a new session.
    pub default_organization: Option<OrganizationId>,
    pub two_factor_enabled: bool,
    /// Whether an authenticator app can serve as the second factor; mailed codes always can.
    pub has_authenticator: bool,
    /// A trusted device, or a second factor verified in a session, counts only while its trust generation equals this
    /// one. Turning the second factor on or off increments it.
    pub trust_generation: u64,
    /// A session is live only while its generation equals this one. An increment ends every session in one write,
    /// including sessions that are being created at that time.
    pub session_generation: u64,
    /// Incremented when the user changes the password. A change of the address or a deletion that was requested under
    /// another generation can no longer be confirmed.
    pub password_generation: u64,
    /// Whether the password was set with the token of a mail, and not changed since. Reading the mailbox then proves
    /// the first factor, so a code sent to the mailbox is no second one.
    pub is_password_reset: bool,
    /// Whether no contract opens a session before the address is verified: a registration link gave a role to an
    /// address that the client chose, so until then the role belongs to a mailbox that may be another person's.
    pub verifies_before_sign_in: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Whether an administrator created the account. Otherwise anyone may have signed up with an address that is not
    /// verified, so what the account contains may be a stranger's.
    pub is_provisioned: bool,
    /// The user who created this one; `None` for a user who signed up.
    pub created_by: Option<UserNumber>,
    /// The stored state that the next write replaces.
    pub stored: Stored,
}

/// The stored state of a user, as it was read. It is no part of the state: two users are equal in spite of it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Incremented by each write; a write is conditional on the version that it has read (optimistic lock).
    pub version: u64,
    /// The user as read, by which a write knows what it changes; `None` for a new user.
    pub seen: Option<Arc<User>>,
}

impl Stored {
    /// For a user who is not stored yet.
    pub const NEW: Self = Self { version: 0, seen: None };

    /// The state of the user as stored with the version.
    pub fn of(version: u64, user: &User) -> Self {
        Self {
            version,
            seen: Some(Arc::new(User {
                stored: Self::NEW,
                ..user.clone()
            })),
        }
    }

    /// The class in which the totals count the user; `None` if they do not.
    pub fn class(&self) -> Option<UserClass> {
        self.seen.as_deref().and_then(UserClass::of)
    }

    /// The name whose words are indexed; `None` for a new user.
    pub fn name(&self) -> Option<&str> {
        self.seen.as_deref().map(|user| user.name.as_str())
    }
}

impl PartialEq for Stored {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Stored {}

/// The name of a user, for contracts with one name field and for contracts with two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    full: String,
    /// The given name, if it was provided separately.
    first: Option<String>,
    last: Option<String>,
}

/// Roles on the whole service, not in one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlatformRole {
    /// May administer users.
    Admin,
    /// May administer the platform.
    PlatformAdmin,
    /// May perform every action, and is the only role that may grant this role.
    SuperAdmin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserStatus {
    Active,
    /// The user has not verified the address, or has not set the first password, of an account that was created for
    /// them.
    Pending,
    /// The user was invited and has not accepted.
    Invited,
    Inactive,
    Suspended,
    Banned {
        reason: String,
        /// `None` for a permanent ban.
        until: Option<Timestamp>,
        /// The status that the user returns to when the ban ends.
        former: Box<UserStatus>,
    },
    /// The account is deleted; its address stays taken.
    Deleted,
}

/// What a user of an account has to do before the first sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// Verify the address, and then set the first password.
    VerifyEmail,
    /// Set the first password.
    SetPassword,
}

/// The reason and the duration of a ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BanTerms {
    pub reason: String,
    /// `None` for a permanent ban.
    pub until: Option<Timestamp>,
}

/// Why a user may not have a session.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum AccountBlocked {
    #[error("the user is banned")]
    Banned,
    #[error("the user is not active")]
    NotActive,
    #[error("the user was deleted")]
    Deleted,
}

impl Name {
    pub fn full(full: &str) -> Self {
        Self {
            full: full.trim().to_owned(),
            first: None,
            last: None,
        }
    }

    pub fn of_parts(first: &str, last: &str) -> Self {
        let (first, last) = (first.trim(), last.trim());
        Self {
            full: format!("{first} {last}").trim().to_owned(),
            first: Some(first.to_owned()),
            last: Some(last.to_owned()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// The given name; the first word of the full name if only that is known.
    pub fn first(&self) -> &str {
        self.first.as_deref().unwrap_or_else(|| self.split().0)
    }

    /// Returns the name with another given name.
    #[must_use]
    pub fn with_first(&self, first: &str) -> Self {
        Self::of_parts(first, self.last())
    }

    /// Returns the name with another family name.
    #[must_use]
    pub fn with_last(&self, last: &str) -> Self {
        Self::of_parts(self.first(), last)
    }

    /// The family name; the rest of the full name after its first word if only that is known.
    pub fn last(&self) -> &str {
        self.last.as_deref().unwrap_or_else(|| self.split().1)
    }

    /// Returns the given and the family name if they were provided separately, for storage.
    pub fn parts(&self) -> Option<(&str, &str)> {
        Some((self.first.as_deref()?, self.last.as_deref()?))
    }

    fn split(&self) -> (&str, &str) {
        self.full
            .split_once(char::is_whitespace)
            .map_or((self.full.as_str(), ""), |(first, last)| (first, last.trim()))
    }
}

text_enum!(PlatformRole { Admin => "admin", PlatformAdmin => "platform_admin", SuperAdmin => "super_admin" });

impl User {
    /// Whether the user may have a session. It is checked at each sign-in **and** each session check, so that a ban
    /// takes effect at once.
    pub fn admit(&self, now: Timestamp) -> Result<(), AccountBlocked> {
        self.status.admit(now)
    }

    /// Whether the user has to verify the address before any session may exist.
    pub fn awaits_verification(&self) -> bool {
        self.verifies_before_sign_in && !self.is_email_verified()
    }

    /// For a user whose present state was committed. Without it, the next write of the user is refused.
    pub fn mark_stored(&mut self) {
        self.stored = Stored::of(self.stored.version + 1, self);
    }

    /// `None`: the user was active before, or an administrator has to act.
    pub fn activation(&self) -> Option<Activation> {
        match self.status {
            UserStatus::Pending if !self.is_email_verified() => Some(Activation::VerifyEmail),
            UserStatus::Pending | UserStatus::Invited => Some(Activation::SetPassword),
            UserStatus::Active
            | UserStatus::Inactive
            | UserStatus::Suspended
            | UserStatus::Banned { .. }
            | UserStatus::Deleted => None,
        }
    }

    /// Ends every session of the user, and each session that is being created from an earlier read of the user.
    pub fn end_sessions(&mut self, now: Timestamp) {
        self.session_generation += 1;
        self.updated_at = now;
    }

    /// Bans the user and ends all sessions. The former status returns when the ban ends; the sessions do not.
    pub fn ban(&mut self, terms: BanTerms, now: Timestamp) {
        let former = match std::mem::replace(&mut self.status, UserStatus::Active) {
            UserStatus::Banned { former, .. } => former,
            other => Box::new(other),
        };
        self.status = UserStatus::Banned {
            reason: terms.reason,
            until: terms.until,
            former,
        };
        self.end_sessions(now);
    }

    /// Returns whether the user was banned.
    pub fn unban(&mut self, now: Timestamp) -> bool {
        let UserStatus::Banned { former, .. } = &mut self.status else {
            return false;
        };
        self.status = std::mem::replace(&mut **former, UserStatus::Active);
        self.updated_at = now;
        true
    }

    /// Invalidates second factors and trusted devices from before, because an attacker with access to the account may
    /// have prepared them.
    pub fn turn_on_second_factor(&mut self) {
        if !self.two_factor_enabled {
            self.two_factor_enabled = true;
            self.trust_generation += 1;
        }
    }

    pub fn turn_off_second_factor(&mut self) {
        self.two_factor_enabled = false;
        self.has_authenticator = false;
        self.trust_generation += 1;
    }

    /// Sets the username, the display username or both. A display username that is a spelling of the former username
    /// follows the username, because other users may take the former one.
    pub fn rename(&mut self, username: Option<&Username>, shown: Option<&str>) {
        if username.is_none() && shown.is_none() {
            return;
        }
        let former = self.username.clone();
        self.username = username.cloned().or(former.clone());
        let spelled = self
            .display_username
            .as_deref()
            .and_then(|text| Username::parse(text).ok());
        if let Some(shown) = shown {
            self.display_username = Some(shown.to_owned());
        } else if former.is_some() && spelled == former && self.username != former {
            self.display_username = self.username.as_ref().map(ToString::to_string);
        }
        let resembled = self.display_username.as_deref().and_then(Username::resembling);
        self.display_claim = resembled.filter(|resembled| self.username.as_ref() != Some(resembled));
    }

    /// Whether the user signs in by this name. A claimed display username is not one.
    pub fn signs_in_as(&self, name: &LoginName) -> bool {
        match name {
            LoginName::Email(email) => self.email == *email,
            LoginName::Username(username) => self.username.as_ref() == Some(username),
            LoginName::Phone(phone) => self.profile.phone.as_ref() == Some(phone),
            LoginName::Administrator(_) => false,
        }
    }

    /// The usernames that no other user may have: the user's own, and the one that the display username resembles.
    pub fn claimed_usernames(&self) -> impl Iterator<Item = &Username> {
        self.username.iter().chain(&self.display_claim)
    }

    /// Whether a code by mail is accepted as the second factor. It is not after a reset of the password by mail,
    /// because the mailbox would be both factors; a user without an authenticator app has no other second factor.
    pub fn takes_mailed_codes(&self) -> bool {
        !(self.is_password_reset && self.has_authenticator)
    }

    pub fn is_email_verified(&self) -> bool {
        self.email_verified_at.is_some()
    }

    /// The membership by which the user acts in the organization: `None` while the organization is suspended.
    pub fn membership(&self, organization: OrganizationId) -> Option<&Membership> {
        self.membership_in_any_state(organization)
            .filter(|membership| !membership.suspended)
    }

    pub fn membership_in_any_state(&self, organization: OrganizationId) -> Option<&Membership> {
        self.memberships
            .iter()
            .find(|membership| membership.organization_id == organization)
    }

    /// Returns the user without the membership in the organization.
    #[must_use]
    pub fn without_membership(&self, organization: OrganizationId) -> Self {
        let mut user = self.clone();
        user.memberships
            .retain(|membership| membership.organization_id != organization);
        user.default_organization = user.default_organization.filter(|default| *default != organization);
        user
    }

    /// The organization that is active in a new session.
    pub fn starting_organization(&self) -> Option<OrganizationId> {
        self.default_organization
            .filter(|organization| self.membership(*organization).is_some())
    }
}

impl UserStatus {
    fn admit(&self, now: Timestamp) -> Result<(), AccountBlocked> {
        match self {
            UserStatus::Active => Ok(()),
            UserStatus::Banned {
                until: Some(until),
                former,
                ..
            } if *until <= now => former.admit(now),
            UserStatus::Banned { .. } => Err(AccountBlocked::Banned),
            UserStatus::Deleted => Err(AccountBlocked::Deleted),
            UserStatus::Pending | UserStatus::Invited | UserStatus::Inactive | UserStatus::Suspended => {
                Err(AccountBlocked::NotActive)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_is_split_at_its_first_word() {
        let name = Name::full("  Ada King Lovelace ");
        assert_eq!(
            (name.as_str(), name.first(), name.last()),
            ("Ada King Lovelace", "Ada", "King Lovelace")
        );
        assert_eq!(Name::full("Ada").last(), "");
    }

    #[test]
    fn one_part_changes_and_the_other_stays() {
        let name = Name::full("Ada King Lovelace").with_first("Augusta");
        assert_eq!((name.first(), name.last()), ("Augusta", "King Lovelace"));
        assert_eq!(name.with_last("Byron").as_str(), "Augusta Byron");
    }

    #[test]
    fn parts_that_were_told_are_kept() {
        let name = Name::of_parts("Ada Augusta", "King");
        assert_eq!(
            (name.as_str(), name.first(), name.last()),
            ("Ada Augusta King", "Ada Augusta", "King")
        );
    }
}
