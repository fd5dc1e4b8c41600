//! What a role permits over other users and their sessions, wherever they are members. `admin` and `user` are always there, a deployment
//! may add others and change what these two allow. Every operation of an administrator asks [`AdminRoles`], and nothing else decides:
//! who may do what, to whom, and who may make whom what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::statements::{RoleName, Statements};
use super::user::{PlatformRole, User};
use super::user_access::UserPermission;

/// What each role allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminRoles {
    by_name: BTreeMap<RoleName, Statements>,
    /// Of whoever may do everything, whatever a deployment makes of `admin`.
    super_admin: Statements,
}

/// The roles that an administrator gives somebody, in place of those they had. `user` is not among them: everybody is one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenRoles(BTreeSet<RoleName>);

/// Why there is no such role.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidAdminRole {
    #[error("{0}: the name of a role over the platform, which is granted elsewhere")]
    Reserved(RoleName),
    #[error("{role}: nothing of the kind \"{action}\" can be done to a {resource}")]
    UnknownAction {
        role: RoleName,
        resource: String,
        action: String,
    },
}

/// What is guarded, and each action on it, as in the framework. Statements about other resources are the application's.
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

/// The one action that `admin` has to be given.
const IMPERSONATE_ADMINS: &str = "impersonate-admins";

const ADMIN: &str = "admin";
const USER: &str = "user";

impl GivenRoles {
    /// They stand on the user, who is read with every session check.
    pub const MAX: usize = 8;

    /// `None`: there are too many.
    pub fn of(names: impl IntoIterator<Item = RoleName>) -> Option<Self> {
        let roles: BTreeSet<_> = names.into_iter().filter(|name| name.as_str() != USER).collect();
        (roles.len() <= Self::MAX).then_some(Self(roles))
    }

    /// Roles over the platform but `admin` stay as they are: they are granted elsewhere.
    pub fn give_to(&self, user: &mut User) {
        let mut roles = self.0.clone();
        if roles.remove(ADMIN) {
            user.roles.insert(PlatformRole::Admin);
        } else {
            user.roles.remove(&PlatformRole::Admin);
        }
        user.custom_roles = roles;
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
    /// With further roles; one that is there already gets other statements.
    pub fn with(mut self, roles: impl IntoIterator<Item = (RoleName, Statements)>) -> Result<Self, InvalidAdminRole> {
        for (role, statements) in roles {
            if role.as_str() != ADMIN && PlatformRole::parse(role.as_str()).is_some() {
                return Err(InvalidAdminRole::Reserved(role));
            }
            // A misspelt action would silently permit nothing.
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

    /// Whether one role of the user allows all that is asked.
    pub fn permit(&self, user: &User, asked: &Statements) -> bool {
        self.statements_of(user).any(|statements| statements.cover(asked))
    }

    pub fn may(&self, user: &User, permission: UserPermission) -> bool {
        self.permit(user, &permission.into())
    }

    /// Nobody acts upon somebody who may do what they may not: whoever may set a password could take the right that way.
    pub fn outranks(&self, user: &User, other: &User) -> bool {
        is_super(user)
            || other.roles.is_subset(&user.roles) && self.statements_of(other).all(|theirs| self.holds(user, theirs))
    }

    /// Nobody makes of anybody, themselves included, what they are not.
    pub fn may_give(&self, user: &User, given: &GivenRoles) -> bool {
        let has_admin = user.roles.contains(&PlatformRole::Admin);
        is_super(user)
            || (has_admin || !given.0.contains(ADMIN))
                && given.0.iter().all(|role| match self.by_name.get(role) {
                    Some(statements) => self.holds(user, statements),
                    None => false,
                })
    }

    /// Which of the roles nobody has said anything about.
    pub fn unknown<'a>(&self, given: &'a GivenRoles) -> Option<&'a RoleName> {
        given.0.iter().find(|role| !self.by_name.contains_key(*role))
    }

    /// Whether a role gives any right over the platform or its users.
    pub fn administers(&self, user: &User) -> bool {
        let mut actions = self.statements_of(user).flat_map(Statements::actions);
        !user.roles.is_empty() || actions.any(|(resource, _)| is_guarded(resource))
    }

    /// What an administrator does must be theirs to answer for, so nobody acts as one without a right to that of its own.
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

/// Whether an operator has made the user an administrator.
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

/// The roles by which the administration of users knows somebody, as clients read them: joined by commas.
pub fn spell(platform: &BTreeSet<PlatformRole>, custom: &BTreeSet<RoleName>) -> String {
    let is_admin = platform.contains(&PlatformRole::Admin) || platform.contains(&PlatformRole::SuperAdmin);
    let admin = is_admin.then_some(ADMIN);
    let names: Vec<_> = admin.into_iter().chain(custom.iter().map(RoleName::as_str)).collect();
    if names.is_empty() {
        USER.to_owned()
    } else {
        names.join(",")
    }
}

#[cfg(test)]
mod tests;
