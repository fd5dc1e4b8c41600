//! Organizations (a contract may say account or team), and who belongs to them in which role.

use std::fmt;

use jiff::Timestamp;

use super::ids::{OrganizationId, OrganizationNumber};
use super::text::text_enum;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub number: OrganizationNumber,
    pub name: String,
    pub slug: Slug,
    pub kind: OrganizationKind,
    /// A showcase: nobody switches into it or out of it.
    pub demo: bool,
    /// How many members it may have; `None`: any number.
    pub seats: Option<u32>,
    pub member_count: u32,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationKind {
    /// One person's own.
    Solo,
    Business,
}

/// A user in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub organization_id: OrganizationId,
    pub role: OrganizationRole,
    /// Names of roles in the applications of the organization.
    pub app_roles: Vec<String>,
    pub joined_at: Timestamp,
}

/// Ordered by what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrganizationRole {
    Member,
    Admin,
    Owner,
}

/// The part of a URL that names an organization: lower-case letters, digits and single hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a slug")]
pub struct InvalidSlug;

text_enum!(OrganizationKind { Solo => "SOLO", Business => "BUSINESS" });
text_enum!(OrganizationRole { Member => "member", Admin => "admin", Owner => "owner" });

impl OrganizationRole {
    /// Owners invite anybody; administrators invite up to their own role.
    pub fn may_invite(self, invited: Self) -> bool {
        self >= Self::Admin && invited <= self
    }
}

impl Slug {
    pub const MAX_LENGTH: usize = 64;

    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        let fits = !text.is_empty() && text.len() <= Self::MAX_LENGTH;
        let words = text.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        if fits && words {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSlug)
        }
    }

    /// The slug of one person's own organization: nobody chooses it, so it is made of the id.
    pub fn of_solo(id: OrganizationId) -> Self {
        Self(format!("solo-{id}"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Slug {
    type Err = InvalidSlug;

    fn from_str(text: &str) -> Result<Self, InvalidSlug> {
        Self::parse(text)
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Organization {
    pub fn has_free_seat(&self) -> bool {
        self.seats.is_none_or(|seats| self.member_count < seats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_words_joined_by_hyphens() {
        for good in ["a", "acme", "acme-2", "solo-01890a5d-ac96-774b-bcce-b302099a8057"] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-", "acme-", "-acme", "a--b", "Acme", "a b", "ä", &"a".repeat(65)] {
            assert_eq!(Slug::parse(bad), Err(InvalidSlug), "{bad}");
        }
    }

    #[test]
    fn nobody_invites_above_their_own_role() {
        use OrganizationRole::{Admin, Member, Owner};
        assert!(Owner.may_invite(Owner) && Admin.may_invite(Admin) && Admin.may_invite(Member));
        assert!(!Admin.may_invite(Owner) && !Member.may_invite(Member));
    }
}
