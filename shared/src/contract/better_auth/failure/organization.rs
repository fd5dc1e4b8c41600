//! Errors of organizations and their members. Errors of invitations are in `invitation`.

use std::fmt::Display;

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{
    ChangeMemberRolesError, CheckPermissionError, CreateOrganizationError, DeleteOrganizationError,
    FindOrganizationError, LeaveOrganizationError, ListMembersError, MemberRoleError, RemoveMemberError,
    SetActiveOrganizationError, UpdateOrganizationError,
};

impl Failure {
    pub fn organization_not_found() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "ORGANIZATION_NOT_FOUND")
    }

    pub fn no_active_organization() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "NO_ACTIVE_ORGANIZATION")
    }

    pub fn member_not_found() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "MEMBER_NOT_FOUND")
    }

    pub fn no_role() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "ROLE_NOT_FOUND")
    }

    pub fn role_not_found(role: impl Display) -> Self {
        Self::bad_request("ROLE_NOT_FOUND", format!("ROLE_NOT_FOUND: {role}"))
    }

    pub fn slug_taken() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "ORGANIZATION_SLUG_ALREADY_TAKEN")
    }

    /// The framework accepts any text as a slug. Here a slug is part of URLs.
    pub fn invalid_slug() -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            "[body.slug] Invalid input: expected lower-case letters and digits, in words joined by single hyphens, underscores or dots",
        )
    }

    /// A body that has none of the forms that the operation accepts.
    pub fn invalid_body() -> Self {
        Self::bad_request("VALIDATION_ERROR", "[body] Invalid input")
    }

    pub fn not_a_count(parameter: &str) -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            format!("[query.{parameter}] Invalid input: expected number"),
        )
    }

    pub fn invalid_option(parameter: &str, options: &[&str]) -> Self {
        let options: Vec<String> = options.iter().map(|option| format!("\"{option}\"")).collect();
        let options = options.join("|");
        Self::bad_request(
            "VALIDATION_ERROR",
            format!("[query.{parameter}] Invalid option: expected one of {options}"),
        )
    }

    pub fn may_not_create_organization() -> Self {
        Self::plain(
            StatusCode::FORBIDDEN,
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_ORGANIZATION",
        )
    }

    /// The framework's error for a caller who reads a membership and has none differs from the one for a permission
    /// check.
    pub fn looking_at_own_membership(error: &CheckPermissionError) -> Self {
        match error {
            CheckPermissionError::NotAMember => Self::member_not_found(),
            CheckPermissionError::Interrupted(interruption) => (*interruption).into(),
        }
    }

    /// The status differs between the framework's operations.
    pub(super) fn user_is_not_a_member(status: StatusCode) -> Self {
        Self::plain(status, "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION")
    }

    pub(super) fn you_are_not_a_member() -> Self {
        Self::plain(StatusCode::FORBIDDEN, "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION")
    }

    /// The caller is the only owner, or is not permitted to remove an owner.
    pub(super) fn owners_stay() -> Self {
        Self::plain(
            StatusCode::BAD_REQUEST,
            "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER",
        )
    }
}

failures! {
    CreateOrganizationError {
        E::SlugTaken => "ORGANIZATION_ALREADY_EXISTS",
        E::TooManyOrganizations | E::PlanLimit => "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS",
    }

    UpdateOrganizationError {
        E::NotAMember => Failure::user_is_not_a_member(StatusCode::BAD_REQUEST),
        E::NotPermitted => "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_ORGANIZATION",
        E::SlugTaken => "ORGANIZATION_SLUG_ALREADY_TAKEN",
    }

    DeleteOrganizationError {
        E::NotAMember => Failure::user_is_not_a_member(StatusCode::BAD_REQUEST),
        E::NotPermitted | E::SoloOrganization => "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_ORGANIZATION",
    }

    SetActiveOrganizationError {
        E::NotFound => "ORGANIZATION_NOT_FOUND",
        E::NotAMember => Failure::user_is_not_a_member(StatusCode::FORBIDDEN),
    }

    FindOrganizationError {
        E::NotFound | E::Suspended => Failure::organization_not_found(),
        E::NotAMember => Failure::user_is_not_a_member(StatusCode::FORBIDDEN),
    }

    ListMembersError {
        E::NotFound => "ORGANIZATION_NOT_FOUND",
        E::NotAMember => "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION",
    }

    MemberRoleError {
        E::NotFound => "ORGANIZATION_NOT_FOUND",
        E::NotAMember => "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION",
    }

    // The permission check. As in the framework, the status is 401 rather than 403.
    CheckPermissionError {
        E::NotAMember => Failure::user_is_not_a_member(StatusCode::UNAUTHORIZED),
    }

    RemoveMemberError {
        E::NotAMember | E::MemberNotFound => "MEMBER_NOT_FOUND",
        // The framework uses this error for both cases.
        E::OwnerOnly | E::LastOwner => Failure::owners_stay(),
        // As in the framework, the status is 401 rather than 403.
        E::NotPermitted => Failure::plain(StatusCode::UNAUTHORIZED, "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_MEMBER"),
    }

    ChangeMemberRolesError {
        E::NotAMember | E::MemberNotFound => "MEMBER_NOT_FOUND",
        E::NotPermitted => "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER",
        E::UnknownRole(role) => Failure::role_not_found(role),
        E::LastOwner => "YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER",
    }

    LeaveOrganizationError {
        E::NotAMember => "MEMBER_NOT_FOUND",
        E::LastOwner => "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER",
    }
}
