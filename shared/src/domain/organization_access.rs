//! Authorization within an organization. Each role has statements: the actions that it allows on each resource. The
//! roles `owner`, `admin` and `member` always exist; a deployment may add roles and change what these three allow.
//! Every operation on an organization asks [`AccessRoles`], which alone makes the decision.

use std::collections::BTreeMap;
use std::fmt;

use super::ids::OrganizationId;
use super::organization::{Membership, OrganizationRole};
use super::statements::{RoleName, Statements};
use super::user::User;

/// The roles of one member: at least one, without duplicates, in the order in which they were assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRoles(Vec<RoleName>);

/// An action that this service itself authorizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    resource: &'static str,
    action: &'static str,
}

/// The statements of each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRoles(BTreeMap<RoleName, Statements>);

/// Why an action in an organization is denied to a user.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum AccessDenied {
    #[error("not a member of the organization")]
    NotAMember,
    #[error("no role of the member permits it")]
    NotPermitted,
}

/// The resources that this service protects, with the actions on each. Statements about other resources belong to the
/// application.
const GUARDED: [(&str, &[&str]); 4] = [
    ("organization", &["update", "delete"]),
    ("member", &["create", "update", "delete"]),
    ("invitation", &["create", "cancel"]),
    ("team", &["create", "update", "delete"]),
];

/// Actions on the roles themselves. The framework's clients check for them, but no operation here changes roles.
const ACCESS_CONTROL: (&str, &[&str]) = ("ac", &["create", "read", "update", "delete"]);

impl MemberRoles {
    /// The number is limited because roles are stored in the user's item, which every session check reads.
    pub const MAX: usize = 8;

    /// Returns `None` for no name and for more than [`MAX`](Self::MAX).
    pub fn of(names: impl IntoIterator<Item = RoleName>) -> Option<Self> {
        let mut roles = Vec::new();
        for name in names {
            if !roles.contains(&name) {
                roles.push(name);
            }
        }
        (!roles.is_empty() && roles.len() <= Self::MAX).then_some(Self(roles))
    }

    /// The role of an account's administrator who has no rights over the organization in other contracts.
    pub fn of_group_admin() -> Self {
        Self(vec![RoleName::fixed("group_admin")])
    }

    pub fn names(&self) -> &[RoleName] {
        &self.0
    }

    pub fn is_owner(&self) -> bool {
        self.0
            .iter()
            .any(|role| role.as_str() == OrganizationRole::Owner.as_str())
    }

    /// Whether one of the roles is `owner` or `admin`.
    pub fn lead(&self) -> bool {
        self.standing() > OrganizationRole::Member
    }

    /// The highest of the roles that every contract knows.
    pub fn standing(&self) -> OrganizationRole {
        let known = self.0.iter().filter_map(|role| OrganizationRole::parse(role.as_str()));
        known.max().unwrap_or(OrganizationRole::Member)
    }
}

impl From<OrganizationRole> for MemberRoles {
    fn from(role: OrganizationRole) -> Self {
        Self(vec![RoleName::fixed(role.as_str())])
    }
}

impl Permission {
    pub const UPDATE_ORGANIZATION: Self = Self::new("organization", "update");
    pub const DELETE_ORGANIZATION: Self = Self::new("organization", "delete");
    pub const UPDATE_MEMBER: Self = Self::new("member", "update");
    pub const DELETE_MEMBER: Self = Self::new("member", "delete");
    pub const CREATE_INVITATION: Self = Self::new("invitation", "create");
    pub const CANCEL_INVITATION: Self = Self::new("invitation", "cancel");
    pub const CREATE_TEAM: Self = Self::new("team", "create");
    pub const UPDATE_TEAM: Self = Self::new("team", "update");
    pub const DELETE_TEAM: Self = Self::new("team", "delete");

    const fn new(resource: &'static str, action: &'static str) -> Self {
        Self { resource, action }
    }
}

impl From<Permission> for Statements {
    fn from(permission: Permission) -> Self {
        Self::fixed([(permission.resource, [permission.action].as_slice())])
    }
}

impl Default for AccessRoles {
    fn default() -> Self {
        let owner = Statements::fixed(GUARDED.into_iter().chain([ACCESS_CONTROL]));
        let admin = owner.clone().allowing("organization", &["update"]);
        let member = Statements::fixed([("ac", ["read"].as_slice())]);
        let named = |role: OrganizationRole, statements| (RoleName::fixed(role.as_str()), statements);
        Self(BTreeMap::from([
            named(OrganizationRole::Owner, owner),
            named(OrganizationRole::Admin, admin),
            named(OrganizationRole::Member, member),
        ]))
    }
}

impl AccessRoles {
    /// Adds roles. A role that already exists gets the new statements instead of its own.
    #[must_use]
    pub fn with(mut self, roles: impl IntoIterator<Item = (RoleName, Statements)>) -> Self {
        self.0.extend(roles);
        self
    }

    /// Whether a single role allows everything that is asked.
    pub fn permit(&self, roles: &MemberRoles, asked: &Statements) -> bool {
        self.statements(roles).any(|statements| statements.cover(asked))
    }

    /// Returns the user's membership if one of its roles has the permission.
    pub fn authorize<'a>(
        &self,
        user: &'a User,
        organization: OrganizationId,
        permission: Permission,
    ) -> Result<&'a Membership, AccessDenied> {
        let membership = user.membership(organization).ok_or(AccessDenied::NotAMember)?;
        if self.permit(&membership.roles, &permission.into()) {
            Ok(membership)
        } else {
            Err(AccessDenied::NotPermitted)
        }
    }

    /// Owners may assign any role. Other members may not assign a role with a right over the organization that they
    /// lack, which prevents privilege escalation, and may never assign `owner`.
    pub fn may_grant(&self, own: &MemberRoles, granted: &MemberRoles) -> bool {
        if own.is_owner() {
            return true;
        }
        let holds = |roles: &MemberRoles, resource: &str, action: &str| {
            self.statements(roles)
                .any(|statements| statements.allow(resource, action))
        };
        // `group_admin` administers an account, whatever rights the deployment gives it over the organization.
        let administers = !granted.administer_account() || own.administer_account();
        !granted.is_owner()
            && administers
            && guarded().all(|(resource, action)| holds(own, resource, action) || !holds(granted, resource, action))
    }

    /// Whether a member may demote, remove or otherwise overrule another one, or cancel an invitation with the roles:
    /// only if the member could also grant the roles. Otherwise a role with few rights, for example one that only
    /// removes members, would expel members with more.
    pub fn outrank(&self, own: &MemberRoles, others: &MemberRoles) -> bool {
        self.may_grant(own, others)
    }

    /// Whether the roles include any right over the organization.
    pub fn hold_rights(&self, roles: &MemberRoles) -> bool {
        roles.is_owner()
            || guarded().any(|(resource, action)| {
                self.statements(roles)
                    .any(|statements| statements.allow(resource, action))
            })
    }

    /// Returns the roles that are not defined.
    pub fn unknown<'a>(&self, roles: &'a MemberRoles) -> impl Iterator<Item = &'a RoleName> {
        roles.0.iter().filter(|role| !self.0.contains_key(*role))
    }

    fn statements(&self, roles: &MemberRoles) -> impl Iterator<Item = &Statements> {
        roles.0.iter().filter_map(|role| self.0.get(role))
    }
}

/// Returns each right over an organization.
fn guarded() -> impl Iterator<Item = (&'static str, &'static str)> {
    GUARDED
        .iter()
        .flat_map(|(resource, actions)| actions.iter().map(move |action| (*resource, *action)))
}

/// Formats the roles as a comma-separated list.
impl fmt::Display for MemberRoles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, role) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(f, "{comma}{role}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrganizationRole::{Admin, Member, Owner};

    fn asked(actions: &[(&str, &[&str])]) -> Statements {
        Statements::fixed(actions.iter().copied())
    }

    fn named(names: &[&str]) -> MemberRoles {
        let names = names.iter().map(|name| RoleName::parse(name).expect("a name"));
        MemberRoles::of(names).expect("roles")
    }

    /// `recruiter` may invite; `designer` only has actions that belong to the application.
    fn book() -> AccessRoles {
        AccessRoles::default().with([
            (
                RoleName::parse("recruiter").expect("a name"),
                asked(&[("invitation", &["create"])]),
            ),
            (
                RoleName::parse("designer").expect("a name"),
                asked(&[("project", &["create", "share"])]),
            ),
        ])
    }

    #[test]
    fn a_member_has_each_role_once_and_at_least_one() {
        let roles = named(&["admin", "designer", "admin"]);
        assert_eq!(
            (roles.to_string(), roles.standing()),
            ("admin,designer".to_owned(), Admin)
        );
        assert!(!named(&["co-owner"]).is_owner() && named(&["designer", "owner"]).is_owner());
        assert_eq!(named(&["designer"]).standing(), Member);
        assert_eq!(MemberRoles::of([]), None);
        let many = (0..9).map(|at| RoleName::parse(&format!("r{at}")).expect("a name"));
        assert_eq!(MemberRoles::of(many), None);
    }

    #[test]
    fn the_three_roles_are_those_of_the_framework() {
        let book = AccessRoles::default();
        for (resource, action, owner, admin, member) in [
            ("organization", "update", true, true, false),
            ("organization", "delete", true, false, false),
            ("member", "create", true, true, false),
            ("member", "update", true, true, false),
            ("member", "delete", true, true, false),
            ("invitation", "create", true, true, false),
            ("invitation", "cancel", true, true, false),
            ("team", "create", true, true, false),
            ("team", "update", true, true, false),
            ("team", "delete", true, true, false),
            ("ac", "create", true, true, false),
            ("ac", "read", true, true, true),
            ("ac", "update", true, true, false),
            ("ac", "delete", true, true, false),
            ("organization", "read", false, false, false),
            ("project", "create", false, false, false),
        ] {
            let request = asked(&[(resource, &[action])]);
            for (role, permitted) in [(Owner, owner), (Admin, admin), (Member, member)] {
                assert_eq!(
                    book.permit(&role.into(), &request),
                    permitted,
                    "{role}: {resource} {action}"
                );
            }
        }
    }

    #[test]
    fn one_role_must_allow_all_that_is_asked() {
        let book = book();
        let both = asked(&[("invitation", &["create"]), ("project", &["create"])]);
        assert!(!book.permit(&named(&["recruiter", "designer"]), &both));
        assert!(book.permit(
            &named(&["recruiter", "designer"]),
            &asked(&[("project", &["create", "share"])])
        ));
        assert!(!book.permit(&named(&["designer"]), &asked(&[("project", &["create", "delete"])])));
        assert!(!book.permit(&named(&["nobody"]), &asked(&[("project", &["create"])])));
    }

    #[test]
    fn asking_for_nothing_is_refused() {
        for nothing in [
            asked(&[]),
            asked(&[("organization", &[])]),
            asked(&[("organization", &["update"]), ("x", &[])]),
        ] {
            assert!(!AccessRoles::default().permit(&Owner.into(), &nothing));
        }
    }

    #[test]
    fn a_deployment_changes_what_a_role_allows() {
        let book = AccessRoles::default().with([(RoleName::fixed("member"), asked(&[("team", &["create"])]))]);
        assert!(book.permit(&Member.into(), &Permission::CREATE_TEAM.into()));
        assert!(!book.permit(&Member.into(), &asked(&[("ac", &["read"])])));
    }

    #[test]
    fn roles_of_the_application_hold_no_rights() {
        let book = book();
        for (roles, hold) in [
            (["owner"].as_slice(), true),
            (&["admin"], true),
            (&["designer", "recruiter"], true),
            (&["member", "designer"], false),
        ] {
            assert_eq!(book.hold_rights(&named(roles)), hold, "{roles:?}");
        }
        // This holds even if a deployment gives owners no rights.
        let powerless = AccessRoles::default().with([(RoleName::fixed("owner"), asked(&[]))]);
        assert!(powerless.hold_rights(&Owner.into()));
    }

    #[test]
    fn a_member_cannot_grant_a_right_that_the_member_lacks() {
        let book = book();
        let may = |own: &[&str], granted: &[&str]| book.may_grant(&named(own), &named(granted));
        assert!(may(&["owner"], &["owner"]) && may(&["admin"], &["admin"]) && may(&["admin"], &["member", "designer"]));
        assert!(may(&["recruiter"], &["member"]) && may(&["recruiter"], &["recruiter", "designer"]));
        assert!(!may(&["admin"], &["owner"]) && !may(&["admin"], &["member", "owner"]));
        assert!(!may(&["recruiter"], &["admin"]) && !may(&["member"], &["recruiter"]));
        assert!(may(&["admin"], &["group_admin"]) && !may(&["recruiter"], &["member", "group_admin"]));
    }

    #[test]
    fn a_member_outranks_only_members_with_no_further_rights() {
        let book = book();
        let outranks = |own: &[&str], others: &[&str]| book.outrank(&named(own), &named(others));
        assert!(outranks(&["owner"], &["owner"]) && outranks(&["admin"], &["admin", "designer"]));
        assert!(outranks(&["recruiter"], &["member", "designer"]) && outranks(&["member"], &["member"]));
        assert!(!outranks(&["recruiter"], &["admin"]) && !outranks(&["recruiter"], &["member", "owner"]));
        assert!(!outranks(&["designer"], &["recruiter"]) && !outranks(&["admin"], &["owner"]));
    }
}
