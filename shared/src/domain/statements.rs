//! Access statements, by which all kinds of roles are described: a role has a name, and statements that list the
//! actions it allows on each resource. `organization_access` and `admin_roles` define the roles and the protected
//! resources.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use super::user::PlatformRole;

/// The name of a role: ASCII letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleName(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not the name of a role")]
pub struct InvalidRole;

/// Actions by resource: those that a role allows, or those that a permission check asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statements(BTreeMap<String, BTreeSet<String>>);

impl RoleName {
    pub const MAX_LENGTH: usize = 32;

    pub fn parse(text: &str) -> Result<Self, InvalidRole> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !text.is_empty() && text.len() <= Self::MAX_LENGTH && text.bytes().all(is_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidRole)
        }
    }

    /// Creates a name from a literal in the code.
    pub(super) fn fixed(name: &'static str) -> Self {
        Self(name.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Statements {
    pub fn of(actions: impl IntoIterator<Item = (String, impl IntoIterator<Item = String>)>) -> Self {
        let actions = actions.into_iter();
        Self(
            actions
                .map(|(resource, actions)| (resource, actions.into_iter().collect()))
                .collect(),
        )
    }

    pub(super) fn fixed<'a>(actions: impl IntoIterator<Item = (&'a str, &'a [&'a str])>) -> Self {
        let owned = |(resource, actions): (&str, &[&str])| {
            let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
            (resource.to_owned(), actions)
        };
        Self::of(actions.into_iter().map(owned))
    }

    /// Replaces the allowed actions on the resource.
    #[must_use]
    pub(super) fn allowing(mut self, resource: &str, actions: &[&str]) -> Self {
        let actions = actions.iter().map(|action| (*action).to_owned());
        self.0.insert(resource.to_owned(), actions.collect());
        self
    }

    /// Returns every action with its resource.
    pub fn actions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .flat_map(|(resource, actions)| actions.iter().map(move |action| (resource.as_str(), action.as_str())))
    }

    pub(super) fn allow(&self, resource: &str, action: &str) -> bool {
        self.0.get(resource).is_some_and(|actions| actions.contains(action))
    }

    /// Whether all of `asked` is allowed. A check that asks for no action at all, or for none on some resource, is
    /// denied.
    pub(super) fn cover(&self, asked: &Self) -> bool {
        !asked.0.is_empty()
            && asked.0.iter().all(|(resource, actions)| {
                !actions.is_empty() && actions.iter().all(|action| self.allow(resource, action))
            })
    }
}

impl From<PlatformRole> for RoleName {
    fn from(role: PlatformRole) -> Self {
        Self(role.as_str().to_owned())
    }
}

impl Borrow<str> for RoleName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RoleName {
    type Err = InvalidRole;

    fn from_str(text: &str) -> Result<Self, InvalidRole> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_plain_names() {
        for good in ["owner", "GROUP_ADMIN", "co-owner", "a"] {
            assert!(RoleName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "a b", "a,b", "ä", &"a".repeat(33)] {
            assert_eq!(RoleName::parse(bad), Err(InvalidRole), "{bad}");
        }
    }
}
