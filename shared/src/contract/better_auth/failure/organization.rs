//! What goes wrong with organizations, their members and invitations.

use http::StatusCode;

use super::Failure;
use crate::operations::{CreateOrganizationError, InviteMemberError};

impl Failure {
    pub fn organization_not_found() -> Self {
        Self::bad_request("ORGANIZATION_NOT_FOUND", "Organization not found")
    }

    pub fn member_not_found() -> Self {
        Self::bad_request("MEMBER_NOT_FOUND", "Member not found")
    }

    pub fn role_not_found(role: &str) -> Self {
        Self::bad_request("ROLE_NOT_FOUND", format!("ROLE_NOT_FOUND: {role}"))
    }

    /// The framework takes any text for a slug. Ours stands in URLs.
    pub fn invalid_slug() -> Self {
        Self::bad_request(
            "VALIDATION_ERROR",
            "[body.slug] Invalid input: expected lower-case letters and digits, in words joined by single hyphens",
        )
    }

    pub fn may_not_create_organization() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_ORGANIZATION",
            "You are not allowed to create a new organization",
        )
    }

    fn may_not_invite() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION",
            "You are not allowed to invite users to this organization",
        )
    }
}

impl From<CreateOrganizationError> for Failure {
    fn from(error: CreateOrganizationError) -> Self {
        match error {
            CreateOrganizationError::SlugTaken => {
                Self::bad_request("ORGANIZATION_ALREADY_EXISTS", "Organization already exists")
            }
            CreateOrganizationError::SessionGone => Self::unauthorized(),
            CreateOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<InviteMemberError> for Failure {
    fn from(error: InviteMemberError) -> Self {
        match error {
            InviteMemberError::NotAMember => Self::member_not_found(),
            // A person's own organization is nobody else's, whatever the role.
            InviteMemberError::MayNotInvite | InviteMemberError::SoloOrganization => Self::may_not_invite(),
            InviteMemberError::RoleTooHigh => Self::new(
                StatusCode::FORBIDDEN,
                "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE",
                "You are not allowed to invite a user with this role",
            ),
            InviteMemberError::NoSeat => Self::new(
                StatusCode::FORBIDDEN,
                "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED",
                "Organization membership limit reached",
            ),
            InviteMemberError::AlreadyMember => Self::bad_request(
                "USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION",
                "User is already a member of this organization",
            ),
            InviteMemberError::AlreadyInvited => Self::bad_request(
                "USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION",
                "User is already invited to this organization",
            ),
            InviteMemberError::Interrupted(interruption) => interruption.into(),
        }
    }
}
