//! A user in an account, which is the accounts contract's name for an organization: the roles of that contract, which
//! of them a membership grants, and what a caller may do to an account. Authorization within an organization does not
//! use these roles; it is in `organization_access`.

mod activation_status;
mod role_change;

use std::collections::BTreeSet;

use super::admin_roles;
use super::ids::{OrganizationId, OrganizationNumber, UserId};
use super::organization::{Membership, OrganizationRole};
use super::organization_access::{AccessDenied, MemberRoles};
use super::statements::RoleName;
use super::text::text_enum;
use super::user::{PlatformRole, User};

pub use activation_status::ActivationStatus;
pub use role_change::{RoleChange, RoleChangeRefused};

/// The roles of an account. Those that have a rank are ordered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRole {
    SuperAdmin,
    Admin,
    Coach,
    Coachee,
    Associate,
    Manager,
    Sponsor,
    GroupAdmin,
}

/// A role of a member. A deactivated role grants nothing and is only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountRoleState {
    pub role: AccountRole,
    pub is_active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountMember {
    pub number: OrganizationNumber,
    /// The role in which the member acts: the one that was chosen, or else the first of `roles`.
    pub role: AccountRole,
    /// The member's roles without duplicates: the highest first, the others in the order in which they were granted, and
    /// those that are deactivated last.
    pub roles: Vec<AccountRoleState>,
    pub program_id: Option<u64>,
}

/// What only accounts have. An organization of another contract has none of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountDetails {
    /// The postal address.
    pub address: Option<String>,
    pub billing: Option<BillingType>,
    pub service_types: Vec<ServiceType>,
    /// The domain of the addresses that sign in by the account's identity provider.
    pub sso_domain: Option<String>,
    pub is_default: bool,
    /// The administrator with whom the account was created.
    pub first_administrator: Option<UserId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BillingType {
    Monthly,
    Annual,
    Trial,
    Free,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceType {
    Coaching,
    Mentoring,
    Facilitation,
}

/// The rank of a caller in one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountRank {
    Member,
    GroupAdmin,
    Admin,
    /// A super administrator of the service, in every account.
    SuperAdmin,
}

/// What a caller may do in one account. It is decided on the account that the operation changes, never on the account
/// in which the caller's session acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountAuthority {
    pub organization: OrganizationId,
    pub rank: AccountRank,
    is_owner: bool,
}

text_enum!(AccountRole {
    SuperAdmin => "SUPER_ADMIN",
    Admin => "ADMIN",
    Coach => "COACH",
    Coachee => "COACHEE",
    Associate => "ASSOCIATE",
    Manager => "MANAGER",
    Sponsor => "SPONSOR",
    GroupAdmin => "GROUP_ADMIN",
});
text_enum!(AccountRank {
    Member => "member",
    GroupAdmin => "group_admin",
    Admin => "admin",
    SuperAdmin => "super_admin",
});
text_enum!(BillingType { Monthly => "MONTHLY", Annual => "ANNUAL", Trial => "TRIAL", Free => "FREE" });
text_enum!(ServiceType { Coaching => "COACHING", Mentoring => "MENTORING", Facilitation => "FACILITATION" });

impl AccountRole {
    /// The account role that a role of a membership is. A name other than `owner` and `admin` never grants an
    /// administrative role of the service or of the organization: otherwise a custom role that is called `ADMIN` would
    /// make an administrator.
    pub fn of_name(name: &RoleName) -> Option<Self> {
        if matches!(
            OrganizationRole::parse(name.as_str()),
            Some(OrganizationRole::Owner | OrganizationRole::Admin)
        ) {
            return Some(Self::Admin);
        }
        let named = Self::parse(&name.as_str().to_ascii_uppercase());
        named.filter(|role| !matches!(role, Self::SuperAdmin | Self::Admin))
    }

    /// The role of a membership that grants this role, unless it is one of administrators.
    fn plain_name(self) -> Option<RoleName> {
        match self {
            Self::SuperAdmin | Self::Admin => None,
            role => RoleName::parse(&role.as_str().to_ascii_lowercase()).ok(),
        }
    }
}

impl MemberRoles {
    /// Whether the roles include one that administers an account: `ADMIN` or `GROUP_ADMIN`.
    pub fn administer_account(&self) -> bool {
        let is_administrative = |role| matches!(role, AccountRole::Admin | AccountRole::GroupAdmin);
        self.names()
            .iter()
            .filter_map(AccountRole::of_name)
            .any(is_administrative)
    }
}

impl AccountMember {
    /// `None` means that the user is not a member, that the account is suspended, or that the user has none of the
    /// account roles.
    pub fn of(user: &User, organization: OrganizationId) -> Option<Self> {
        Self::of_membership(user, user.membership(organization)?)
    }

    /// The same for a membership of the user in an account that may be suspended.
    pub fn of_membership(user: &User, membership: &Membership) -> Option<Self> {
        let roles = roles_of(&user.roles, &membership.roles, &membership.inactive_roles);
        let chosen = membership
            .active_role
            .filter(|chosen| roles.iter().any(|state| state.is_active && state.role == *chosen));
        Some(Self {
            number: membership.organization_number,
            role: chosen.or_else(|| roles.first().map(|state| state.role))?,
            roles,
            program_id: membership.program_id,
        })
    }

    /// Whether the member holds a role that is not deactivated.
    pub fn is_active(&self) -> bool {
        self.roles.iter().any(|state| state.is_active)
    }

    /// The account in which a sign-in starts: the user's default organization, or else the first in the order of
    /// joining, in which the user holds an active role.
    pub fn home_of(user: &User) -> Option<OrganizationId> {
        let joined = user.memberships.iter().map(|membership| membership.organization_id);
        user.default_organization
            .into_iter()
            .chain(joined)
            .find(|id| Self::of(user, *id).is_some_and(|member| member.is_active()))
    }

    /// Whether the user would have an account to sign in to if none of their accounts were suspended.
    pub fn is_held_by_suspended(user: &User) -> bool {
        let mut suspended = user.memberships.iter().filter(|membership| membership.suspended);
        suspended.any(|membership| Self::of_membership(user, membership).is_some_and(|member| member.is_active()))
    }
}

fn roles_of(platform: &BTreeSet<PlatformRole>, given: &MemberRoles, inactive: &[RoleName]) -> Vec<AccountRoleState> {
    let state = |is_active| move |role| AccountRoleState { role, is_active };
    let is_super = platform.contains(&PlatformRole::SuperAdmin);
    let is_admin = given.standing() > OrganizationRole::Member;
    let highest = [
        is_super.then_some(AccountRole::SuperAdmin),
        is_admin.then_some(AccountRole::Admin),
    ];
    let named = given.names().iter().filter_map(AccountRole::of_name);
    let active = highest.into_iter().flatten().chain(named).map(state(true));
    let deactivated = inactive.iter().filter_map(AccountRole::of_name).map(state(false));
    let mut roles: Vec<AccountRoleState> = Vec::new();
    for state in active.chain(deactivated) {
        if roles.iter().all(|earlier| earlier.role != state.role) {
            roles.push(state);
        }
    }
    roles
}

impl AccountAuthority {
    /// A member of a suspended account may do nothing in it.
    pub fn of(user: &User, organization: OrganizationId) -> Result<Self, AccessDenied> {
        let membership = user.membership(organization);
        let roles = membership.map(|membership| &membership.roles);
        let is_owner = roles.is_some_and(MemberRoles::is_owner);
        let rank = match roles {
            _ if admin_roles::is_super(user) => AccountRank::SuperAdmin,
            Some(roles) if roles.standing() > OrganizationRole::Member => AccountRank::Admin,
            Some(roles) if roles.administer_account() => AccountRank::GroupAdmin,
            Some(_) => AccountRank::Member,
            None if user.membership_in_any_state(organization).is_some() => return Err(AccessDenied::NotPermitted),
            None => return Err(AccessDenied::NotAMember),
        };
        Ok(Self {
            organization,
            rank,
            is_owner,
        })
    }

    pub fn require(self, rank: AccountRank) -> Result<Self, AccessDenied> {
        if self.rank >= rank {
            Ok(self)
        } else {
            Err(AccessDenied::NotPermitted)
        }
    }

    pub fn is_super(self) -> bool {
        self.rank == AccountRank::SuperAdmin
    }

    /// Whether the caller may grant the role in the account, or take it away.
    pub fn may_assign(self, role: AccountRole) -> bool {
        let required = match role {
            AccountRole::SuperAdmin => AccountRank::SuperAdmin,
            AccountRole::Admin => AccountRank::Admin,
            AccountRole::Coach
            | AccountRole::Coachee
            | AccountRole::Associate
            | AccountRole::Manager
            | AccountRole::Sponsor
            | AccountRole::GroupAdmin => AccountRank::GroupAdmin,
        };
        self.rank >= required
    }

    /// Whether the caller may change or take away these roles of a member: an `admin` does not overrule an owner.
    pub fn may_overrule(self, roles: &MemberRoles) -> bool {
        let outranks_owner = self.is_super() || self.is_owner || !roles.is_owner();
        outranks_owner
            && roles
                .names()
                .iter()
                .filter_map(AccountRole::of_name)
                .all(|role| self.may_assign(role))
    }

    /// The role of a membership that the caller grants for the account role. An `admin` makes another `admin`, and an
    /// owner or a super administrator makes an owner. `None` for `SUPER_ADMIN`, which is a role of the service.
    pub fn role_name(self, role: AccountRole) -> Option<RoleName> {
        match role {
            AccountRole::Admin => {
                let makes_owner = self.is_super() || self.is_owner;
                let granted = if makes_owner {
                    OrganizationRole::Owner
                } else {
                    OrganizationRole::Admin
                };
                Some(RoleName::fixed(granted.as_str()))
            }
            role => role.plain_name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AccountRole::{Admin, Coach, GroupAdmin, SuperAdmin};
    use super::*;

    fn names(given: &[&str]) -> Vec<RoleName> {
        let names = given.iter().map(|name| RoleName::parse(name).expect("a name"));
        names.collect()
    }

    fn member_roles(given: &[&str]) -> MemberRoles {
        MemberRoles::of(names(given)).expect("roles")
    }

    fn roles(platform: &[PlatformRole], given: &[&str]) -> Vec<AccountRole> {
        let states = roles_of(&platform.iter().copied().collect(), &member_roles(given), &[]);
        assert!(states.iter().all(|state| state.is_active));
        states.into_iter().map(|state| state.role).collect()
    }

    #[test]
    fn a_membership_gives_the_roles_that_it_names() {
        for (given, expected) in [
            (["owner"].as_slice(), [Admin].as_slice()),
            (&["admin"], &[Admin]),
            (&["member"], &[]),
            (&["designer"], &[]),
            (&["member", "coach"], &[Coach]),
            (&["Group_Admin", "COACH", "owner"], &[Admin, GroupAdmin, Coach]),
            (&["coach", "COACH"], &[Coach]),
            (&["SUPER_ADMIN", "super_admin", "Admin", "ADMIN", "Owner"], &[]),
        ] {
            assert_eq!(roles(&[], given), expected, "{given:?}");
        }
    }

    #[test]
    fn a_super_admin_is_one_in_every_account_of_theirs() {
        assert_eq!(roles(&[PlatformRole::SuperAdmin], &["member"]), [SuperAdmin]);
        assert_eq!(
            roles(&[PlatformRole::SuperAdmin], &["coach", "owner"]),
            [SuperAdmin, Admin, Coach]
        );
        assert_eq!(
            roles(&[PlatformRole::Admin, PlatformRole::PlatformAdmin], &["member"]),
            []
        );
    }

    #[test]
    fn a_deactivated_role_is_shown_after_the_active_ones() {
        let shown = |given: &[&str], inactive: &[&str]| {
            let states = roles_of(&BTreeSet::new(), &member_roles(given), &names(inactive));
            let shown = states.into_iter().map(|state| (state.role, state.is_active));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(shown(&["member"], &["owner"]), [(Admin, false)]);
        assert_eq!(
            shown(&["coach"], &["group_admin", "COACH"]),
            [(Coach, true), (GroupAdmin, false)]
        );
        assert_eq!(shown(&["member"], &["super_admin"]), []);
    }

    #[test]
    fn administrators_are_the_members_with_admin_or_group_admin() {
        for (given, administer) in [
            (["owner"].as_slice(), true),
            (&["coach", "admin"], true),
            (&["group_admin"], true),
            (&["coach", "GROUP_ADMIN"], true),
            (&["member", "coach"], false),
            (&["ADMIN"], false),
        ] {
            assert_eq!(member_roles(given).administer_account(), administer, "{given:?}");
        }
    }

    fn authority(rank: AccountRank, is_owner: bool) -> AccountAuthority {
        AccountAuthority {
            organization: OrganizationId::from_bytes([7; 16]),
            rank,
            is_owner,
        }
    }

    #[test]
    fn a_group_admin_assigns_every_role_but_those_of_administrators() {
        let (group, admin) = (
            authority(AccountRank::GroupAdmin, false),
            authority(AccountRank::Admin, false),
        );
        assert!(group.may_assign(Coach) && group.may_assign(GroupAdmin) && !group.may_assign(Admin));
        assert!(admin.may_assign(Admin) && !admin.may_assign(SuperAdmin));
        assert!(authority(AccountRank::SuperAdmin, false).may_assign(SuperAdmin));
        assert!(!authority(AccountRank::Member, false).may_assign(Coach));
        assert!(group.may_overrule(&member_roles(&["coach"])) && !group.may_overrule(&member_roles(&["admin"])));
    }

    #[test]
    fn only_an_owner_makes_or_overrules_an_owner() {
        let granted = |authority: AccountAuthority| authority.role_name(Admin).map(|name| name.to_string());
        let admin = authority(AccountRank::Admin, false);
        assert_eq!(granted(admin).as_deref(), Some("admin"));
        assert!(!admin.may_overrule(&member_roles(&["owner"])) && admin.may_overrule(&member_roles(&["admin"])));
        for senior in [
            authority(AccountRank::Admin, true),
            authority(AccountRank::SuperAdmin, false),
        ] {
            assert_eq!(granted(senior).as_deref(), Some("owner"));
            assert!(senior.may_overrule(&member_roles(&["owner"])));
        }
        assert_eq!(
            admin.role_name(GroupAdmin).map(|name| name.to_string()).as_deref(),
            Some("group_admin")
        );
        assert_eq!(authority(AccountRank::SuperAdmin, true).role_name(SuperAdmin), None);
    }
}
