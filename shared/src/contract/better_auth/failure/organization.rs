//! What goes wrong with organizations and their members. What goes wrong with invitations is in `invitation`.

use std::fmt::Display;

use http::StatusCode;

use super::Failure;
use crate::operations::{
    ChangeMemberRolesError, CheckPermissionError, CreateOrganizationError, DeleteOrganizationError,
    FindOrganizationError, LeaveOrganizationError, ListMembersError, MemberRoleError, RemoveMemberError,
    SetActiveOrganizationError, UpdateOrganizationError,
};

impl Failure {
    pub fn organization_not_found() -> Self {
        Self::bad_request("ORGANIZATION_NOT_FOUND", "Organization not found")
    }

    pub fn no_active_organization() -> Self {
        Self::bad_request("NO_ACTIVE_ORGANIZATION", "No active organization")
    }

    pub fn member_not_found() -> Self {
        Self::bad_request("MEMBER_NOT_FOUND", "Member not found")
    }

    pub fn no_role() -> Self {
        Self::bad_request("ROLE_NOT_FOUND", "Role not found")
    }

    pub fn role_not_found(role: impl Display) -> Self {
        Self::bad_request("ROLE_NOT_FOUND", format!("ROLE_NOT_FOUND: {role}"))
    }

    pub fn slug_taken() -> Self {
        Self::bad_request("ORGANIZATION_SLUG_ALREADY_TAKEN", "Organization slug already taken")
    }

    /// The framework takes any text for a slug. Ours stands in URLs.
    pub fn invalid_slug() -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            "[body.slug] Invalid input: expected lower-case letters and digits, in words joined by single hyphens",
        )
    }

    /// A body that is none of those that an operation takes.
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
        Self::new(
            StatusCode::FORBIDDEN,
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_ORGANIZATION",
            "You are not allowed to create a new organization",
        )
    }

    /// Who asks for the own membership is told so in other words than who asks for a permission.
    pub fn looking_at_own_membership(error: &CheckPermissionError) -> Self {
        match error {
            CheckPermissionError::NotAMember => Self::member_not_found(),
            CheckPermissionError::Interrupted(interruption) => (*interruption).into(),
        }
    }

    pub(super) fn too_many_organizations() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS",
            "You have reached the maximum number of organizations",
        )
    }

    /// The framework's operations differ in the status.
    pub(super) fn user_is_not_a_member(status: StatusCode) -> Self {
        Self::new(
            status,
            "USER_IS_NOT_A_MEMBER_OF_THE_ORGANIZATION",
            "User is not a member of the organization",
        )
    }

    pub(super) fn you_are_not_a_member() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "YOU_ARE_NOT_A_MEMBER_OF_THIS_ORGANIZATION",
            "You are not a member of this organization",
        )
    }

    /// As the only owner, or as nobody who may remove one.
    pub(super) fn owners_stay() -> Self {
        Self::bad_request(
            "YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER",
            "You cannot leave the organization as the only owner",
        )
    }
}

impl From<CreateOrganizationError> for Failure {
    fn from(error: CreateOrganizationError) -> Self {
        match error {
            CreateOrganizationError::SlugTaken => {
                Self::bad_request("ORGANIZATION_ALREADY_EXISTS", "Organization already exists")
            }
            CreateOrganizationError::TooManyOrganizations => Self::too_many_organizations(),
            CreateOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<UpdateOrganizationError> for Failure {
    fn from(error: UpdateOrganizationError) -> Self {
        match error {
            UpdateOrganizationError::NotAMember => Self::user_is_not_a_member(StatusCode::BAD_REQUEST),
            UpdateOrganizationError::NotPermitted => Self::new(
                StatusCode::FORBIDDEN,
                "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_ORGANIZATION",
                "You are not allowed to update this organization",
            ),
            UpdateOrganizationError::SlugTaken => Self::slug_taken(),
            UpdateOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<DeleteOrganizationError> for Failure {
    fn from(error: DeleteOrganizationError) -> Self {
        match error {
            DeleteOrganizationError::NotAMember => Self::user_is_not_a_member(StatusCode::BAD_REQUEST),
            DeleteOrganizationError::NotPermitted => Self::new(
                StatusCode::FORBIDDEN,
                "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_ORGANIZATION",
                "You are not allowed to delete this organization",
            ),
            DeleteOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<SetActiveOrganizationError> for Failure {
    fn from(error: SetActiveOrganizationError) -> Self {
        match error {
            SetActiveOrganizationError::NotFound => Self::organization_not_found(),
            SetActiveOrganizationError::NotAMember => Self::user_is_not_a_member(StatusCode::FORBIDDEN),
            SetActiveOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<FindOrganizationError> for Failure {
    fn from(error: FindOrganizationError) -> Self {
        match error {
            FindOrganizationError::NotFound => Self::organization_not_found(),
            FindOrganizationError::NotAMember => Self::user_is_not_a_member(StatusCode::FORBIDDEN),
            FindOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ListMembersError> for Failure {
    fn from(error: ListMembersError) -> Self {
        match error {
            ListMembersError::NotFound => Self::organization_not_found(),
            ListMembersError::NotAMember => Self::you_are_not_a_member(),
            ListMembersError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<MemberRoleError> for Failure {
    fn from(error: MemberRoleError) -> Self {
        match error {
            MemberRoleError::NotFound => Self::organization_not_found(),
            MemberRoleError::NotAMember => Self::you_are_not_a_member(),
            MemberRoleError::Interrupted(interruption) => interruption.into(),
        }
    }
}

/// Of the question what one may do. 401, where one expects 403: the framework has it so.
impl From<CheckPermissionError> for Failure {
    fn from(error: CheckPermissionError) -> Self {
        match error {
            CheckPermissionError::NotAMember => Self::user_is_not_a_member(StatusCode::UNAUTHORIZED),
            CheckPermissionError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<RemoveMemberError> for Failure {
    fn from(error: RemoveMemberError) -> Self {
        match error {
            RemoveMemberError::NotAMember | RemoveMemberError::MemberNotFound => Self::member_not_found(),
            // In the framework's words for both.
            RemoveMemberError::OwnerOnly | RemoveMemberError::LastOwner => Self::owners_stay(),
            // Nor does it say 403 here.
            RemoveMemberError::NotPermitted => Self::new(
                StatusCode::UNAUTHORIZED,
                "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_MEMBER",
                "You are not allowed to delete this member",
            ),
            RemoveMemberError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ChangeMemberRolesError> for Failure {
    fn from(error: ChangeMemberRolesError) -> Self {
        match error {
            ChangeMemberRolesError::NotAMember | ChangeMemberRolesError::MemberNotFound => Self::member_not_found(),
            ChangeMemberRolesError::NotPermitted => Self::new(
                StatusCode::FORBIDDEN,
                "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER",
                "You are not allowed to update this member",
            ),
            ChangeMemberRolesError::UnknownRole(role) => Self::role_not_found(role),
            ChangeMemberRolesError::LastOwner => Self::bad_request(
                "YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER",
                "You cannot leave the organization without an owner",
            ),
            ChangeMemberRolesError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<LeaveOrganizationError> for Failure {
    fn from(error: LeaveOrganizationError) -> Self {
        match error {
            LeaveOrganizationError::NotAMember => Self::member_not_found(),
            LeaveOrganizationError::LastOwner => Self::owners_stay(),
            LeaveOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}
