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
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
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
    /// Whether the organization keeps an owner although it has a plan. An account keeps an administrator instead.
    pub owner_led: bool,
    /// When the plan ends. From then on the organization is read-only.
    pub plan_expires_at: Option<Timestamp>,
    /// The text of a JSON object that describes the subscription, which only the application uses.
    pub subscription: Option<String>,
    pub account: AccountDetails,
    /// The organization's own maximum number of members; `None` means that of its plan, or else the limit of the
    /// deployment. In an organization with a plan, pending invitations count, too. See [`SeatLimits`](super::SeatLimits).
    pub seats: Option<u32>,
    /// The organization's own maximum number of active members.
    pub active_seats: Option<u32>,
    /// Whether any user may join without an invitation.
    pub open_join: bool,
    /// Whether a member without the permission to invite may invite, with roles that give no rights.
    pub open_invite: bool,
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
    /// Members read, and neither members, invitations nor settings change.
    Frozen,
    /// The same, because the plan is over.
    PlanExpired,
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
    pub description: Patch<String>,
    pub website: Patch<String>,
    pub region: Option<String>,
    pub kind: Option<OrganizationKind>,
    pub open_join: Option<bool>,
    pub open_invite: Option<bool>,
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
    pub active_seats: Option<u32>,
    /// Whether the numbers of its own end, as far as the patch gives no new ones: those of its plan hold.
    pub seats_of_plan: bool,
    /// For an organization that gets its first plan and is no account.
    pub owner_led: Option<bool>,
    pub plan_expires_at: Patch<Timestamp>,
    pub subscription: Patch<String>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
text_enum!(OrganizationStatus {
    Active => "active",
    Suspended => "suspended",
    Frozen => "frozen",
    PlanExpired => "plan_expired",
    Dissolving => "dissolving",
});
text_enum!(OrganizationRole { Member => "member", Admin => "admin", Owner => "owner" });

impl OrganizationStatus {
    /// Whether the organization exists for its members.
    pub fn is_readable(self) -> bool {
        match self {
            Self::Active | Self::Frozen | Self::PlanExpired => true,
            Self::Suspended | Self::Dissolving => false,
        }
    }

    pub fn is_read_only(self) -> bool {
        match self {
            Self::Frozen | Self::PlanExpired => true,
            Self::Active | Self::Suspended | Self::Dissolving => false,
        }
    }
}

impl Membership {
    /// Returns the membership with other application roles.
    #[must_use]
    pub fn with_app_roles(&self, app_roles: Vec<String>, now: Timestamp) -> Self {
        Self {
            app_roles,
            changed_at: Some(now),
            ..self.clone()
        }
    }

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

    /// Whether the slug is made of the organization's id.
    pub fn is_generated_for(&self, id: OrganizationId) -> bool {
        *self == Self::of_solo(id) || *self == Self::of_account(id)
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
        patch.description.apply(&mut self.details.description);
        patch.website.apply(&mut self.details.website);
        let account = patch.account;
        account.plan_expires_at.apply(&mut self.plan_expires_at);
        account.subscription.apply(&mut self.subscription);
        account.sso_domain.apply(&mut self.account.sso_domain);
        Self {
            plan: account.plan.or(self.plan),
            seats: account.seats.or(self.seats.filter(|_| !account.seats_of_plan)),
            active_seats: account
                .active_seats
                .or(self.active_seats.filter(|_| !account.seats_of_plan)),
            owner_led: account.owner_led.unwrap_or(self.owner_led),
            open_join: patch.open_join.unwrap_or(self.open_join),
            open_invite: patch.open_invite.unwrap_or(self.open_invite),
            status: account.status.unwrap_or(self.status),
            account: AccountDetails {
                address: account.address.or(self.account.address),
                billing: account.billing.or(self.account.billing),
                service_types: account.service_types.unwrap_or(self.account.service_types),
                is_default: account.is_default.unwrap_or(self.account.is_default),
                ..self.account
            },
            details: OrganizationDetails {
                region: patch.region.or(self.details.region),
                ..self.details
            },
            kind: patch.kind.unwrap_or(self.kind),
            updated_at: now,
            name: patch.name.unwrap_or(self.name),
            slug: patch.slug.unwrap_or(self.slug),
            metadata: patch.metadata.or(self.metadata),
            ..self
        }
    }

    /// Whether the organization would have no owner, or the account no administrator, if a member with these roles
    /// left.
    pub fn would_lack_leader_without(&self, roles: &MemberRoles) -> bool {
        if self.plan.is_some() && !self.owner_led {
            roles.administer_account() && self.administrator_count <= 1
        } else {
            roles.is_owner() && self.owner_count <= 1
        }
    }

    /// The status at this time: the end of a plan changes no item.
    pub fn status_at(&self, now: Timestamp) -> OrganizationStatus {
        let is_over = self.plan_expires_at.is_some_and(|end| end <= now);
        match self.status {
            OrganizationStatus::Active if is_over => OrganizationStatus::PlanExpired,
            status => status,
        }
    }

    /// Returns the organization with the status that it has at this time.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        Self {
            status: self.status_at(now),
            ..self
        }
    }

    /// Whether an administrator has given the organization a plan, an end of the plan, or another status.
    pub fn is_governed(&self) -> bool {
        self.plan.is_some() || self.plan_expires_at.is_some() || self.status != OrganizationStatus::Active
    }

    /// Whether members may only read the organization.
    pub fn is_read_only(&self, now: Timestamp) -> bool {
        self.status_at(now).is_read_only()
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
