//! A person who can sign in, and the states in which that person may or may not.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::deliverability::EmailStatus;
use super::email::EmailAddress;
use super::ids::{OrganizationId, UserId, UserNumber};
use super::organization::Membership;
use super::profile::Profile;
use super::statements::RoleName;
use super::text::text_enum;
use super::username::Username;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub number: UserNumber,
    pub email: EmailAddress,
    /// `None` until the user has shown to read mail there.
    pub email_verified_at: Option<Timestamp>,
    /// Why mail to the address fails, as far as SES has reported it.
    pub email_status: EmailStatus,
    pub username: Option<Username>,
    /// The username as its owner writes it; to be shown, and never compared.
    pub display_username: Option<String>,
    pub name: Name,
    /// URL of a picture.
    pub image: Option<String>,
    pub profile: Profile,
    pub status: UserStatus,
    pub roles: BTreeSet<PlatformRole>,
    /// Further roles in the administration of users, which the deployment describes.
    pub custom_roles: BTreeSet<RoleName>,
    /// Kept on the user, and beside it on the organization's own list in the same transaction: whoever holds a user knows,
    /// without a further read, what it may do where.
    pub memberships: Vec<Membership>,
    /// The organization of a new session.
    pub default_organization: Option<OrganizationId>,
    pub two_factor_enabled: bool,
    /// Whether an authenticator app is among what satisfies it; codes by mail always are.
    pub has_authenticator: bool,
    /// A browser is trusted, and a second factor counts as shown for a session, only while their generation of trust is the user's.
    /// Raised when the second factor is turned on or off.
    pub trust_generation: u64,
    /// A session is live only while its generation is the user's. Raising it ends every session in one write, together with
    /// those that are just being made.
    pub session_generation: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Raised by each write; a write names the version that it has seen.
    pub version: u64,
}

/// What a person is called: contracts with one field and contracts with two share it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    full: String,
    /// Where the given name ends within `full`, when it was told.
    first: Option<String>,
    last: Option<String>,
}

/// Rights over the whole service, not over one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlatformRole {
    /// Administers users.
    Admin,
    /// Administers the platform.
    PlatformAdmin,
    /// May do everything, and alone may grant this role.
    SuperAdmin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserStatus {
    Active,
    /// Waits for an administrator.
    Pending,
    /// Has been invited and has not accepted.
    Invited,
    Inactive,
    Suspended,
    Banned {
        reason: String,
        /// `None`: for good.
        until: Option<Timestamp>,
        /// What the user is again when it is over.
        former: Box<UserStatus>,
    },
    /// The account is gone; its address stays taken.
    Deleted,
}

/// What is said of a ban.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BanTerms {
    pub reason: String,
    /// `None`: for good.
    pub until: Option<Timestamp>,
}

/// Why a user may have no session.
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

    /// The given name; guessed as the first word when only the whole name is known.
    pub fn first(&self) -> &str {
        self.first.as_deref().unwrap_or_else(|| self.split().0)
    }

    /// The same with another given name.
    #[must_use]
    pub fn with_first(&self, first: &str) -> Self {
        Self::of_parts(first, self.last())
    }

    /// The same with another family name.
    #[must_use]
    pub fn with_last(&self, last: &str) -> Self {
        Self::of_parts(self.first(), last)
    }

    /// The family name; guessed as what follows the first word when only the whole name is known.
    pub fn last(&self) -> &str {
        self.last.as_deref().unwrap_or_else(|| self.split().1)
    }

    /// The parts that were told, for storage.
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
    /// Asked at each sign-in **and** each session check, so that a ban takes hold at once.
    pub fn admit(&self, now: Timestamp) -> Result<(), AccountBlocked> {
        self.status.admit(now)
    }

    /// Ends every session of the user, and each that is being created for the user as it was read.
    pub fn end_sessions(&mut self, now: Timestamp) {
        self.session_generation += 1;
        self.updated_at = now;
    }

    /// The former status returns when the ban ends. The sessions do not.
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

    /// Tells whether there was a ban.
    pub fn unban(&mut self, now: Timestamp) -> bool {
        let UserStatus::Banned { former, .. } = &mut self.status else {
            return false;
        };
        self.status = std::mem::replace(&mut **former, UserStatus::Active);
        self.updated_at = now;
        true
    }

    /// What was shown or trusted until now counts for nothing: it may have been prepared by somebody who was in before.
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

    pub fn is_email_verified(&self) -> bool {
        self.email_verified_at.is_some()
    }

    pub fn membership(&self, organization: OrganizationId) -> Option<&Membership> {
        self.memberships
            .iter()
            .find(|membership| membership.organization_id == organization)
    }

    /// The user after leaving the organization.
    #[must_use]
    pub fn without_membership(&self, organization: OrganizationId) -> Self {
        let mut user = self.clone();
        user.memberships
            .retain(|membership| membership.organization_id != organization);
        user.default_organization = user.default_organization.filter(|default| *default != organization);
        user
    }

    /// The organization with which a new session starts.
    pub fn starting_organization(&self) -> Option<OrganizationId> {
        self.default_organization
            .filter(|organization| self.membership(*organization).is_some())
    }

    /// The same for contracts in which everybody acts for some organization: the one joined first, where none was chosen.
    pub fn home_organization(&self) -> Option<OrganizationId> {
        let first = || self.memberships.first().map(|membership| membership.organization_id);
        self.starting_organization().or_else(first)
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
