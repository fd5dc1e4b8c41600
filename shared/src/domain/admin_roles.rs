//! Authorization of the administration of users: what a role permits over other users and their sessions, in all
//! organizations. The roles `admin` and `user` always exist; a deployment may add roles and change the permissions of
//! these two. Every administrative operation asks [`AdminRoles`], which alone decides which actions a user may perform,
//! on which other users, and which roles a user may grant.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use super::statements::{RoleName, Statements};
use super::user::{PlatformRole, User};
use super::user_access::UserPermission;

/// The permissions of each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminRoles {
    by_name: BTreeMap<RoleName, Statements>,
    /// The permissions of super administrators. A deployment that changes `admin` does not change these.
    super_admin: Statements,
}

/// The roles that an administrator grants to a user, in place of the previous ones: each once, in the order in which
/// they were named. `user` may be among them, although every user has it, because clients read the list that they set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenRoles(Vec<RoleName>);

/// Why a role cannot be configured.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidAdminRole {
    #[error("{0}: the name is reserved for a platform role, which is not granted here")]
    Reserved(RoleName),
    #[error("{role}: the resource \"{resource}\" has no action \"{action}\"")]
    UnknownAction {
        role: RoleName,
        resource: String,
        action: String,
    },
}

/// The guarded resources and the actions on each, as in Better Auth. Statements about other resources belong to the
/// application.
const GUARDED: [(&str, &[&str]); 2] = [
    (
        "user",
        &[
            "create",
            "list",
            "set-role",
            "ban",
            "impersonate",
            "impersonate-admins",
            "delete",
            "set-password",
            "set-email",
            "set-phone",
            "get",
            "update",
        ],
    ),
    ("session", &["list", "revoke", "delete"]),
];

/// The one action that `admin` does not permit by default.
const IMPERSONATE_ADMINS: &str = "impersonate-admins";

const ADMIN: &str = "admin";
const USER: &str = "user";

impl GivenRoles {
    /// The roles are stored on the user, which every session check reads, so their number is bounded.
    pub const MAX: usize = 8;

    /// `None` means that there are more than [`Self::MAX`] roles besides `user`.
    pub fn of(names: impl IntoIterator<Item = RoleName>) -> Option<Self> {
        let mut roles = Vec::new();
        for name in names {
            if !roles.contains(&name) {
                roles.push(name);
            }
        }
        let stored = roles.iter().filter(|name| !is_user(name)).count();
        (stored <= Self::MAX).then_some(Self(roles))
    }

    /// Platform roles other than `admin` remain unchanged, because they are not granted here.
    fn give_to(&self, user: &mut User) {
        if self.contain(ADMIN) {
            user.roles.insert(PlatformRole::Admin);
        } else {
            user.roles.remove(&PlatformRole::Admin);
        }
        let custom = self.0.iter().filter(|name| name.as_str() != ADMIN && !is_user(name));
        user.custom_roles = custom.cloned().collect();
        user.role_order.clone_from(&self.0);
    }

    fn contain(&self, name: &str) -> bool {
        self.0.iter().any(|role| role.as_str() == name)
    }
}

impl fmt::Display for GivenRoles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.0.iter().map(RoleName::as_str).collect();
        f.write_str(if names.is_empty() { USER } else { "" })?;
        f.write_str(&names.join(","))
    }
}

impl Default for AdminRoles {
    fn default() -> Self {
        let granted = GUARDED.map(|(resource, actions)| {
            let actions = actions.iter().filter(|action| **action != IMPERSONATE_ADMINS);
            (resource.to_owned(), actions.map(|action| (*action).to_owned()))
        });
        let admin = Statements::of(granted);
        let by_name = [(ADMIN, admin.clone()), (USER, Statements::default())];
        Self {
            by_name: by_name
                .map(|(name, statements)| (RoleName::fixed(name), statements))
                .into(),
            super_admin: admin,
        }
    }
}

impl AdminRoles {
    /// Adds roles. The statements of a role that already exists are replaced.
    pub fn with(mut self, roles: impl IntoIterator<Item = (RoleName, Statements)>) -> Result<Self, InvalidAdminRole> {
        for (role, statements) in roles {
            if role.as_str() != ADMIN && PlatformRole::parse(role.as_str()).is_some() {
                return Err(InvalidAdminRole::Reserved(role));
            }
            // A misspelt action would silently permit nothing, so unknown actions are errors.
            if let Some((resource, action)) = statements
                .actions()
                .find(|(resource, action)| is_unknown(resource, action))
            {
                let (resource, action) = (resource.to_owned(), action.to_owned());
                return Err(InvalidAdminRole::UnknownAction { role, resource, action });
            }
            self.by_name.insert(role, statements);
        }
        Ok(self)
    }

    /// Whether a single role of the user allows everything in `asked`.
    pub fn permit(&self, user: &User, asked: &Statements) -> bool {
        self.statements_of(user).any(|statements| statements.cover(asked))
    }

    pub fn may(&self, user: &User, permission: UserPermission) -> bool {
        self.permit(user, &permission.into())
    }

    /// Whether the user is a super administrator, or has every platform role and permission of the other user. Without
    /// this check, an administrator who is permitted to set passwords could take over a user with more permissions
    /// (privilege escalation).
    pub fn outranks(&self, user: &User, other: &User) -> bool {
        is_super(user)
            || other.roles.is_subset(&user.roles) && self.statements_of(other).all(|theirs| self.holds(user, theirs))
    }

    /// Whether the user is a super administrator, or has every permission that the roles grant. The same applies to
    /// roles that users grant to themselves.
    pub fn may_give(&self, user: &User, given: &GivenRoles) -> bool {
        let has_admin = user.roles.contains(&PlatformRole::Admin);
        is_super(user)
            || (has_admin || !given.contain(ADMIN))
                && given.0.iter().all(|role| match self.by_name.get(role) {
                    Some(statements) => self.holds(user, statements),
                    None => false,
                })
    }

    /// Gives the roles to the user. A permission of administrators that the user did not have ends every session of the
    /// user: an attacker who has one must not gain the permission.
    pub fn give(&self, given: &GivenRoles, user: &mut User, now: Timestamp) {
        let before = user.clone();
        given.give_to(user);
        if self.gains_permission(&before, user) || !user.roles.is_subset(&before.roles) {
            user.end_sessions(now);
        }
    }

    /// Whether the user has a permission over users that they did not have before.
    fn gains_permission(&self, before: &User, user: &User) -> bool {
        let had = |resource: &str, action: &str| {
            let mut former = self.statements_of(before);
            former.any(|statements| statements.allow(resource, action))
        };
        let mut actions = self.statements_of(user).flat_map(Statements::actions);
        actions.any(|(resource, action)| is_guarded(resource) && !had(resource, action))
    }

    /// Whether the user may confirm that an address belongs to another user. Such an address lets its user in at
    /// identity providers and to invitations, so only a user with every permission over users may vouch for it: others
    /// would write an address and then verify it.
    pub fn may_vouch_for_addresses(&self, user: &User) -> bool {
        is_super(user) || self.holds(user, &self.super_admin)
    }

    /// The first of the roles that is neither built in nor configured.
    pub fn unknown<'a>(&self, given: &'a GivenRoles) -> Option<&'a RoleName> {
        given.0.iter().find(|role| !self.by_name.contains_key(*role))
    }

    /// Whether a role of the user grants any permission over the platform or its users.
    pub fn administers(&self, user: &User) -> bool {
        let mut actions = self.statements_of(user).flat_map(Statements::actions);
        !user.roles.is_empty() || actions.any(|(resource, _)| is_guarded(resource))
    }

    /// Whether the user may impersonate the other user. Administrators must be accountable for their actions, so the
    /// impersonation of an administrator requires a separate permission.
    pub fn may_impersonate(&self, user: &User, other: &User) -> bool {
        self.may(user, UserPermission::Impersonate)
            && self.outranks(user, other)
            && (!self.administers(other) || self.may(user, UserPermission::ImpersonateAdmins))
    }

    fn holds(&self, user: &User, all: &Statements) -> bool {
        let allowed = |(resource, action): (&str, &str)| {
            let mut own = self.statements_of(user);
            own.any(|statements| statements.allow(resource, action))
        };
        all.actions().all(allowed)
    }

    fn statements_of(&self, user: &User) -> impl Iterator<Item = &Statements> {
        let of_super = is_super(user).then_some(&self.super_admin);
        let admin = user.roles.contains(&PlatformRole::Admin).then_some(ADMIN);
        let custom = user.custom_roles.iter().map(RoleName::as_str);
        let names: Vec<_> = [USER].into_iter().chain(admin).chain(custom).collect();
        of_super
            .into_iter()
            .chain(names.into_iter().filter_map(|name| self.by_name.get(name)))
    }
}

/// Whether one of the platform roles makes its holder an administrator of users.
pub fn are_of_administrator(roles: &BTreeSet<PlatformRole>) -> bool {
    roles.contains(&PlatformRole::Admin) || roles.contains(&PlatformRole::SuperAdmin)
}

/// Whether the user is a super administrator: an operator has granted the role.
pub fn is_super(user: &User) -> bool {
    user.roles.contains(&PlatformRole::SuperAdmin)
}

fn is_guarded(resource: &str) -> bool {
    GUARDED.iter().any(|(guarded, _)| *guarded == resource)
}

fn is_unknown(resource: &str, action: &str) -> bool {
    is_guarded(resource)
        && !GUARDED
            .iter()
            .any(|(guarded, actions)| *guarded == resource && actions.contains(&action))
}

/// The user's administrative roles in the form that clients read: joined by commas, in the order in which they were
/// assigned. `order` may name roles that the user no longer has.
pub fn spell(platform: &BTreeSet<PlatformRole>, custom: &BTreeSet<RoleName>, order: &[RoleName]) -> String {
    let admin = are_of_administrator(platform).then(|| RoleName::fixed(ADMIN));
    let names = in_assigned_order(admin.into_iter().chain(custom.iter().cloned()), order);
    if names.is_empty() {
        USER.to_owned()
    } else {
        let names: Vec<_> = names.iter().map(RoleName::as_str).collect();
        names.join(",")
    }
}

/// The roles that a user has, and `user` where it was named: first those that were named, in their order.
pub fn in_assigned_order(held: impl IntoIterator<Item = RoleName>, order: &[RoleName]) -> Vec<RoleName> {
    let held: Vec<_> = held.into_iter().collect();
    let is_shown = |name: &&RoleName| is_user(name) || held.contains(*name);
    let mut names: Vec<_> = order.iter().filter(is_shown).cloned().collect();
    for name in held {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether the role is the one that every user has, which is not stored as a role.
pub fn is_user(name: &RoleName) -> bool {
    name.as_str() == USER
}

#[cfg(test)]
mod tests;
