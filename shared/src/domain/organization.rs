//! Organizations (called accounts or teams in some contracts) and the memberships of users in them.

use std::fmt;

use jiff::Timestamp;

use super::account::{AccountDetails, AccountRole, BillingType, ServiceType};
use super::ids::{OrganizationId, OrganizationNumber, TeamId};
use super::organization_access::MemberRoles;
use super::patch::Patch;
use super::plan::Plan;
use super::statements::RoleName;
use super::team::TeamMembership;
use super::text::text_enum;
use super::user::Name;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub number: OrganizationNumber,
    pub name: String,
    pub slug: Slug,
    pub kind: OrganizationKind,
    pub status: OrganizationStatus,
    /// A demonstration organization. Sessions cannot switch to it, and cannot switch from it to another one.
    pub demo: bool,
    /// URL of a picture.
    pub logo: Option<String>,
    /// The text of a JSON object that only the application uses.
    pub metadata: Option<String>,
    pub details: OrganizationDetails,
    /// The plan that was asked for; `None` for an organization of a contract without plans.
    pub plan: Option<Plan>,
    pub account: AccountDetails,
    /// The maximum number of members; `None` means the limit of the deployment.
    pub seats: Option<u32>,
    pub member_count: u32,
    /// The number of members who are owners: at least one.
    pub owner_count: u32,
    /// The number of members who administer the account. In an organization with a plan it is at least one; in another
    /// one it is not relied upon, because items of earlier releases lack it.
    pub administrator_count: i64,
    /// The number of invitations that are neither answered nor canceled.
    pub open_invitations: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Descriptive data that an organization publishes about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationDetails {
    pub description: Option<String>,
    /// URL of a web page.
    pub website: Option<String>,
    /// A country, a continent or a cloud region, exactly as the client sent it.
    pub region: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationStatus {
    Active,
    /// The organization exists, and no session acts for it until it is active again.
    Suspended,
    /// The organization is deleted for all users, while the data that belongs to it is still being deleted.
    Dissolving,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganizationKind {
    /// The personal organization of one user.
    Solo,
    Business,
}

/// A partial update of an organization. Absent fields keep their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationPatch {
    pub name: Option<String>,
    pub slug: Option<Slug>,
    pub logo: Patch<String>,
    pub metadata: Option<String>,
    pub website: Patch<String>,
    pub account: AccountPatch,
}

/// A partial update of what only accounts have, and of the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountPatch {
    pub address: Option<String>,
    pub plan: Option<Plan>,
    pub billing: Option<BillingType>,
    pub service_types: Option<Vec<ServiceType>>,
    pub seats: Option<u32>,
    pub sso_domain: Patch<String>,
    pub is_default: Option<bool>,
    /// Never [`OrganizationStatus::Dissolving`], which [`dissolve_organization`](crate::store::Changes) sets.
    pub status: Option<OrganizationStatus>,
}

/// The membership of a user in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub organization_id: OrganizationId,
    /// The number is stored here so that contracts that identify an organization by its number need no further read.
    pub organization_number: OrganizationNumber,
    pub roles: MemberRoles,
    /// Names of roles in the applications of the organization.
    pub app_roles: Vec<String>,
    /// Teams in the order of joining. A team that was deleted may still be stored here and is ignored.
    pub teams: Vec<TeamMembership>,
    pub joined_at: Timestamp,
    /// Roles that are deactivated. They grant nothing, because all authorization reads `roles`.
    pub inactive_roles: Vec<RoleName>,
    /// The account role in which the member has chosen to act.
    pub active_role: Option<AccountRole>,
    /// The number of the member's program in the application.
    pub program_id: Option<u64>,
    /// Whether the organization is suspended. It is stored here, too, so that no session check needs a further read.
    pub suspended: bool,
    /// When the roles were last changed; `None` if they never were.
    pub changed_at: Option<Timestamp>,
}

/// The roles that every contract knows, ordered by privilege.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrganizationRole {
    Member,
    Admin,
    Owner,
}

/// The URL segment that identifies an organization: lower-case ASCII letters and digits, in words joined by single
/// hyphens, underscores or dots. Other letters, and capitals such as `I` for `l`, would let one slug pass for another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slug(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a slug")]
pub struct InvalidSlug;

text_enum!(OrganizationKind { Solo => "SOLO", Business => "BUSINESS" });
text_enum!(OrganizationStatus { Active => "active", Suspended => "suspended", Dissolving => "dissolving" });
text_enum!(OrganizationRole { Member => "member", Admin => "admin", Owner => "owner" });

impl Membership {
    /// Returns the membership with changed roles.
    #[must_use]
    pub fn with_roles(&self, roles: &MemberRoles, now: Timestamp) -> Self {
        Self {
            roles: roles.clone(),
            changed_at: Some(now),
            ..self.clone()
        }
    }

    /// Returns the membership with these active and deactivated roles. Without an active one, the member has the base
    /// role. `None`: there are more roles than a member may have.
    #[must_use]
    pub fn with_role_states(
        &self,
        active: impl IntoIterator<Item = RoleName>,
        inactive: Vec<RoleName>,
        now: Timestamp,
    ) -> Option<Self> {
        let active: Vec<RoleName> = active.into_iter().collect();
        let roles = if active.is_empty() {
            OrganizationRole::Member.into()
        } else {
            MemberRoles::of(active)?
        };
        (inactive.len() <= MemberRoles::MAX).then(|| Self {
            inactive_roles: inactive,
            ..self.with_roles(&roles, now)
        })
    }

    /// Returns the membership as it is while the organization is suspended, or active.
    #[must_use]
    pub fn with_suspension(&self, suspended: bool) -> Self {
        Self {
            suspended,
            ..self.clone()
        }
    }

    /// The upper bound of the limit per user in any deployment. Memberships are stored in the user's item, which
    /// DynamoDB limits to 400 kB. A membership with the maximum number of roles and teams takes about 2 kB.
    pub const MAX: u32 = 150;

    /// Creates a membership without application roles and without teams.
    pub fn new(
        organization_id: OrganizationId,
        organization_number: OrganizationNumber,
        roles: impl Into<MemberRoles>,
        joined_at: Timestamp,
    ) -> Self {
        Self {
            organization_id,
            organization_number,
            roles: roles.into(),
            app_roles: Vec::new(),
            teams: Vec::new(),
            joined_at,
            inactive_roles: Vec::new(),
            active_role: None,
            program_id: None,
            suspended: false,
            changed_at: None,
        }
    }

    pub fn updated_at(&self) -> Timestamp {
        self.changed_at.unwrap_or(self.joined_at)
    }

    pub fn is_in(&self, team: TeamId) -> bool {
        self.teams.iter().any(|joined| joined.team_id == team)
    }
}

impl Slug {
    pub const MAX_LENGTH: usize = 64;

    pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
        let fits = !text.is_empty() && text.len() <= Self::MAX_LENGTH;
        let words = text.split(['-', '_', '.']).all(|word| {
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

    /// The slug of a solo organization. It is derived from the id because the user does not choose it.
    pub fn of_solo(id: OrganizationId) -> Self {
        Self(format!("solo-{id}"))
    }

    /// The slug of an account, whose creator does not choose it, either.
    pub fn of_account(id: OrganizationId) -> Self {
        Self(format!("account-{id}"))
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

impl OrganizationPatch {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The name of the organization that is the user's own.
pub fn solo_name(user: &Name) -> &str {
    match user.as_str() {
        "" => "Personal",
        name => name,
    }
}

impl Organization {
    #[must_use]
    pub fn patched(mut self, patch: OrganizationPatch, now: Timestamp) -> Self {
        patch.logo.apply(&mut self.logo);
        patch.website.apply(&mut self.details.website);
        let account = patch.account;
        account.sso_domain.apply(&mut self.account.sso_domain);
        Self {
            plan: account.plan.or(self.plan),
            seats: account.seats.or(self.seats),
            status: account.status.unwrap_or(self.status),
            account: AccountDetails {
                address: account.address.or(self.account.address),
                billing: account.billing.or(self.account.billing),
                service_types: account.service_types.unwrap_or(self.account.service_types),
                is_default: account.is_default.unwrap_or(self.account.is_default),
                ..self.account
            },
            updated_at: now,
            name: patch.name.unwrap_or(self.name),
            slug: patch.slug.unwrap_or(self.slug),
            metadata: patch.metadata.or(self.metadata),
            ..self
        }
    }

    /// Whether the organization would have no owner, or the account no administrator, if a member with these roles left.
    pub fn would_lack_leader_without(&self, roles: &MemberRoles) -> bool {
        if self.plan.is_some() {
            roles.administer_account() && self.administrator_count <= 1
        } else {
            roles.is_owner() && self.owner_count <= 1
        }
    }

    /// Whether another member can join. `limit` applies to an organization that sets no `seats`.
    pub fn has_free_seat(&self, limit: u32) -> bool {
        self.member_count < self.seats.unwrap_or(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_words_joined_by_single_separators() {
        for good in [
            "a",
            "acme",
            "acme-2",
            "my_org",
            "x.com",
            "a-b_c.d",
            "solo-01890a5d-ac96-774b-bcce-b302099a8057",
        ] {
            assert!(Slug::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "-",
            ".",
            "..",
            "acme-",
            "-acme",
            ".acme",
            "a--b",
            "a_-b",
            "Acme",
            "a b",
            "a/b",
            "a\\b",
            "a\n",
            "ä",
            "\u{430}cme",
            &"a".repeat(65),
        ] {
            assert_eq!(Slug::parse(bad), Err(InvalidSlug), "{bad}");
        }
    }
}
