//! What administrators may do to other users. The names are those of the access statements that clients ask about.

use std::collections::BTreeSet;

use super::user::{PlatformRole, User};

/// One action that the administration of users guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserPermission {
    Create,
    List,
    Get,
    Update,
    SetRole,
    SetEmail,
    SetPassword,
    Ban,
    Delete,
    Impersonate,
    ListSessions,
    RevokeSessions,
}

impl UserPermission {
    const ALL: [Self; 12] = [
        Self::Create,
        Self::List,
        Self::Get,
        Self::Update,
        Self::SetRole,
        Self::SetEmail,
        Self::SetPassword,
        Self::Ban,
        Self::Delete,
        Self::Impersonate,
        Self::ListSessions,
        Self::RevokeSessions,
    ];

    /// The statement that grants it: a resource, and an action on it.
    fn statement(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("user", "create"),
            Self::List => ("user", "list"),
            Self::Get => ("user", "get"),
            Self::Update => ("user", "update"),
            Self::SetRole => ("user", "set-role"),
            Self::SetEmail => ("user", "set-email"),
            Self::SetPassword => ("user", "set-password"),
            Self::Ban => ("user", "ban"),
            Self::Delete => ("user", "delete"),
            Self::Impersonate => ("user", "impersonate"),
            Self::ListSessions => ("session", "list"),
            Self::RevokeSessions => ("session", "revoke"),
        }
    }

    fn parse(resource: &str, action: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.statement() == (resource, action))
    }
}

impl User {
    pub fn may(&self, _: UserPermission) -> bool {
        self.is_admin()
    }

    /// Whether one role permits all that is asked: actions by their resource. Asking for nothing is refused.
    pub fn may_all<'a>(&self, asked: impl IntoIterator<Item = (&'a str, &'a [String])>) -> bool {
        let mut anything = false;
        let permitted = asked.into_iter().all(|(resource, actions)| {
            anything = true;
            let permits =
                |action: &String| UserPermission::parse(resource, action).is_some_and(|asked| self.may(asked));
            !actions.is_empty() && actions.iter().all(permits)
        });
        anything && permitted
    }

    pub fn is_admin(&self) -> bool {
        self.roles.contains(&PlatformRole::Admin) || self.roles.contains(&PlatformRole::SuperAdmin)
    }

    /// Whether they may act as the other: nobody acts with a right over the service in another's name, nor gains one so.
    pub fn may_impersonate(&self, other: &Self) -> bool {
        self.may(UserPermission::Impersonate) && other.roles.is_empty()
    }

    /// Nobody acts upon somebody with a role that they lack themselves: whoever may set a password could take the role that way.
    pub fn outranks(&self, other: &Self) -> bool {
        let lacks: BTreeSet<_> = other.roles.difference(&self.roles).collect();
        lacks.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_a_statement_of_its_own() {
        for permission in UserPermission::ALL {
            let (resource, action) = permission.statement();
            assert_eq!(UserPermission::parse(resource, action), Some(permission));
        }
        assert_eq!(UserPermission::parse("user", "impersonate-admins"), None);
    }
}
