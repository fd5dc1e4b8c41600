//! The class in which a user is listed and counted for administrators of the platform: the status as they see it, and
//! the role of the primary membership.

use super::organization::OrganizationRole;
use super::text::text_enum;
use super::user::{User, UserStatus};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserClass {
    pub status: ListedStatus,
    /// `None` for a user without a membership.
    pub role: Option<OrganizationRole>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListedStatus {
    Active,
    /// The user has not completed the first sign-in, or was invited.
    Pending,
    Inactive,
    /// Suspended or banned.
    Suspended,
}

text_enum!(ListedStatus {
    Active => "active",
    Pending => "pending",
    Inactive => "inactive",
    Suspended => "suspended",
});

impl ListedStatus {
    pub const ALL: [Self; 4] = [Self::Active, Self::Pending, Self::Inactive, Self::Suspended];

    /// `None` for a deleted user, who is neither listed nor counted.
    pub fn of(status: &UserStatus) -> Option<Self> {
        match status {
            UserStatus::Active => Some(Self::Active),
            UserStatus::Pending | UserStatus::Invited => Some(Self::Pending),
            UserStatus::Inactive => Some(Self::Inactive),
            UserStatus::Suspended | UserStatus::Banned { .. } => Some(Self::Suspended),
            UserStatus::Deleted => None,
        }
    }
}

impl UserClass {
    /// Every class.
    pub fn all() -> impl Iterator<Item = Self> {
        let roles = [
            None,
            Some(OrganizationRole::Member),
            Some(OrganizationRole::Admin),
            Some(OrganizationRole::Owner),
        ];
        let statuses = ListedStatus::ALL.into_iter();
        statuses.flat_map(move |status| roles.map(|role| Self { status, role }))
    }

    /// `None` for a deleted user.
    pub fn of(user: &User) -> Option<Self> {
        Some(Self {
            status: ListedStatus::of(&user.status)?,
            role: user.primary_role(),
        })
    }

    /// The name under which the class is stored.
    pub fn name(self) -> String {
        let role = self.role.map_or("none", OrganizationRole::as_str);
        format!("{}_{role}", self.status)
    }
}

impl User {
    /// The role in the organization in which sessions start, or else in the first that the user joined.
    pub fn primary_role(&self) -> Option<OrganizationRole> {
        let default = self.default_organization;
        let primary = default.and_then(|default| self.membership_in_any_state(default));
        let primary = primary.or(self.memberships.first());
        primary.map(|membership| membership.roles.standing())
    }
}
