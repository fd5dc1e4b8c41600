//! The permissions of administrators over other users. Their names are those of the access statements that clients
//! check; `admin_roles` defines which roles grant them.

use super::statements::Statements;

/// A protected action of the administration of users.
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
    /// Required in addition to [`Impersonate`](Self::Impersonate).
    ImpersonateAdmins,
    ListSessions,
    RevokeSessions,
}

impl UserPermission {
    /// The statement that grants the permission: a resource, and an action on it.
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
            Self::ImpersonateAdmins => ("user", "impersonate-admins"),
            Self::ListSessions => ("session", "list"),
            Self::RevokeSessions => ("session", "revoke"),
        }
    }

    /// Whether the action only reads.
    pub fn only_shows(self) -> bool {
        matches!(self, Self::List | Self::Get | Self::ListSessions)
    }
}

impl From<UserPermission> for Statements {
    fn from(permission: UserPermission) -> Self {
        let (resource, action) = permission.statement();
        Self::fixed([(resource, [action].as_slice())])
    }
}
