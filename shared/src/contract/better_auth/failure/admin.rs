//! Errors of the administration of users.

use http::StatusCode;

use super::Failure;
use super::username::USERNAME_TAKEN;
use crate::contract::failures::failures;
use crate::domain::user::AccountBlocked;
use crate::domain::{GivenRoles, UserPermission};
use crate::operations::{AdministerUserError, StopImpersonatingError};

impl Failure {
    pub fn user_not_found() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "USER_NOT_FOUND")
    }

    pub fn unknown_role() -> Self {
        Self::bad_request(
            "YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE",
            "You are not allowed to set a non-existent role value",
        )
    }

    pub fn too_many_roles() -> Self {
        let message = format!("A user has at most {} roles", GivenRoles::MAX);
        Self::bad_request("TOO_MANY_ROLES", message)
    }

    pub fn no_data_to_update() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "NO_DATA_TO_UPDATE")
    }

    pub fn password_is_set_elsewhere() -> Self {
        Self::bad_request(
            "PASSWORD_CANNOT_BE_UPDATED_VIA_UPDATE_USER",
            "Password cannot be updated through update-user. Use the set-user-password endpoint instead",
        )
    }

    pub fn user_id_cannot_be_updated() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "USER_ID_CANNOT_BE_UPDATED")
    }

    pub fn no_permissions_asked() -> Self {
        Self::bad_request("BAD_REQUEST", "invalid permission check. no permission(s) were passed.")
    }

    fn not_permitted(permission: UserPermission) -> Self {
        let (code, message) = match permission {
            UserPermission::Create => (
                "YOU_ARE_NOT_ALLOWED_TO_CREATE_USERS",
                "You are not allowed to create users",
            ),
            UserPermission::List => ("YOU_ARE_NOT_ALLOWED_TO_LIST_USERS", "You are not allowed to list users"),
            UserPermission::Get => ("YOU_ARE_NOT_ALLOWED_TO_GET_USER", "You are not allowed to get user"),
            UserPermission::Update => (
                "YOU_ARE_NOT_ALLOWED_TO_UPDATE_USERS",
                "You are not allowed to update users",
            ),
            UserPermission::SetRole => (
                "YOU_ARE_NOT_ALLOWED_TO_CHANGE_USERS_ROLE",
                "You are not allowed to change users role",
            ),
            UserPermission::SetEmail => (
                "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_EMAIL",
                "You are not allowed to update users email",
            ),
            UserPermission::SetPassword => (
                "YOU_ARE_NOT_ALLOWED_TO_SET_USERS_PASSWORD",
                "You are not allowed to set users password",
            ),
            UserPermission::Ban => ("YOU_ARE_NOT_ALLOWED_TO_BAN_USERS", "You are not allowed to ban users"),
            UserPermission::Delete => (
                "YOU_ARE_NOT_ALLOWED_TO_DELETE_USERS",
                "You are not allowed to delete users",
            ),
            UserPermission::Impersonate => (
                "YOU_ARE_NOT_ALLOWED_TO_IMPERSONATE_USERS",
                "You are not allowed to impersonate users",
            ),
            UserPermission::ImpersonateAdmins => ("YOU_CANNOT_IMPERSONATE_ADMINS", "You cannot impersonate admins"),
            UserPermission::ListSessions => (
                "YOU_ARE_NOT_ALLOWED_TO_LIST_USERS_SESSIONS",
                "You are not allowed to list users sessions",
            ),
            UserPermission::RevokeSessions => (
                "YOU_ARE_NOT_ALLOWED_TO_REVOKE_USERS_SESSIONS",
                "You are not allowed to revoke users sessions",
            ),
        };
        Self::new(StatusCode::FORBIDDEN, code, message)
    }
}

failures! {
    AdministerUserError {
        E::NotPermitted(permission) => Failure::not_permitted(permission),
        E::Outranked => ("USER_HAS_A_HIGHER_ROLE", "The user has a role that you do not have"),
        E::UnknownRole => (
            "YOU_ARE_NOT_ALLOWED_TO_SET_NON_EXISTENT_VALUE",
            "You are not allowed to set a non-existent role value",
        ),
        E::RoleAboveOwn => Failure::not_permitted(UserPermission::SetRole),
        E::Yourself(UserPermission::Delete) => Failure::plain(StatusCode::BAD_REQUEST, "YOU_CANNOT_REMOVE_YOURSELF"),
        E::RoleOfOperator => (
            "USER_ROLE_IS_SET_BY_OPERATOR",
            "An operator has made the user an administrator, and only an operator takes that away",
        ),
        E::Yourself(UserPermission::SetRole) => Failure::plain(StatusCode::BAD_REQUEST, "YOU_CANNOT_CHANGE_YOUR_OWN_ROLE"),
        E::Yourself(UserPermission::SetEmail) => Failure::bad_request(
            "YOU_CANNOT_SET_YOUR_OWN_EMAIL",
            "You cannot set your own email here. Use the change-email endpoint instead",
        ),
        E::Yourself(UserPermission::SetPassword) => Failure::bad_request(
            "YOU_CANNOT_SET_YOUR_OWN_PASSWORD",
            "You cannot set your own password here. Use the change-password endpoint instead",
        ),
        E::Yourself(_) => Failure::plain(StatusCode::BAD_REQUEST, "YOU_CANNOT_BAN_YOURSELF"),
        E::TargetBlocked(AccountBlocked::Banned) => (
            "CANNOT_IMPERSONATE_BANNED_USER",
            "The user is banned, and cannot be impersonated",
        ),
        E::TargetBlocked(AccountBlocked::NotActive | AccountBlocked::Deleted) =>
            "USER_NOT_ACTIVE",
        E::UserNotFound => Failure::user_not_found(),
        E::WeakPassword(weak) => Failure::from(weak),
        E::EmailTaken => ("USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL", "User already exists. Use another email."),
        E::UsernameTaken => USERNAME_TAKEN,
        E::UsernameReserved => Failure::username_reserved(),
        E::OnlyOwner => "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER",
    }

    StopImpersonatingError {
        E::NotImpersonating => "YOU_ARE_NOT_IMPERSONATING_ANYONE",
        E::NoAdminSession => Failure::plain(StatusCode::BAD_REQUEST, "FAILED_TO_FIND_ADMIN_SESSION"),
    }
}
