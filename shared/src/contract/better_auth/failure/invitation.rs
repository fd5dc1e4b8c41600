//! Errors of invitations.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{
    AnswerInvitationError, CancelInvitationError, InviteMemberError, JoinOrganizationError, ListInvitationsError,
    ShowInvitationError,
};

impl Failure {
    /// The framework's own error for a missing session at these operations.
    pub fn not_authenticated() -> Self {
        Self::plain(StatusCode::UNAUTHORIZED, "NOT_AUTHENTICATED")
    }

    pub fn organization_id_required() -> Self {
        Self::bad_request("ORGANIZATION_ID_IS_REQUIRED", "Organization ID is required")
    }

    pub fn rejecting(error: &AnswerInvitationError) -> Self {
        match error {
            // The framework ends this message with an exclamation mark.
            AnswerInvitationError::NotFound => Self::bad_request("INVITATION_NOT_FOUND", "Invitation not found!"),
            AnswerInvitationError::EmailNotVerified => Self::verify_before_answering(),
            AnswerInvitationError::NotTheRecipient => Self::not_the_recipient(),
            AnswerInvitationError::Interrupted(interruption) => (*interruption).into(),
        }
    }

    pub fn looking_at_invitations(error: &AnswerInvitationError) -> Self {
        match error {
            AnswerInvitationError::NotFound => Self::invitation_not_found(),
            AnswerInvitationError::EmailNotVerified => Self::new(
                StatusCode::FORBIDDEN,
                "EMAIL_VERIFICATION_REQUIRED_FOR_INVITATION",
                "Email verification required to view or list invitations for the session email",
            ),
            AnswerInvitationError::NotTheRecipient => Self::not_the_recipient(),
            AnswerInvitationError::Interrupted(interruption) => (*interruption).into(),
        }
    }

    fn invitation_not_found() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "INVITATION_NOT_FOUND")
    }

    fn not_the_recipient() -> Self {
        Self::plain(StatusCode::FORBIDDEN, "YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION")
    }

    fn verify_before_answering() -> Self {
        Self::plain(
            StatusCode::FORBIDDEN,
            "EMAIL_VERIFICATION_REQUIRED_BEFORE_ACCEPTING_OR_REJECTING_INVITATION",
        )
    }

    /// The framework's error for an inviter who was removed. An inviter who lost the permission gets the same.
    fn inviter_left() -> Self {
        Self::plain(
            StatusCode::BAD_REQUEST,
            "INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION",
        )
    }
}

failures! {
    InviteMemberError {
        E::NotAMember => "MEMBER_NOT_FOUND",
        // A user's personal organization takes no further members, whatever the inviter's role.
        E::MayNotInvite | E::SoloOrganization => "YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION",
        E::UnknownRole(role) => Failure::role_not_found(role),
        E::RoleTooHigh => (
            "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE",
            "You are not allowed to invite a user with this role",
        ),
        E::UnknownTeam => "TEAM_NOT_FOUND",
        E::NoSeat => "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED",
        E::InvitationLimit => "INVITATION_LIMIT_REACHED",
        E::AlreadyMember => "USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION",
        E::AlreadyInvited => "USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION",
    }

    JoinOrganizationError {
        E::NotFound => "INVITATION_NOT_FOUND",
        E::NotTheRecipient => "YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION",
        E::EmailNotVerified => "EMAIL_VERIFICATION_REQUIRED_BEFORE_ACCEPTING_OR_REJECTING_INVITATION",
        E::InviterLeft => Failure::inviter_left(),
        E::NoSeat => "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED",
        E::AlreadyMember => "USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION",
        E::TooManyOrganizations => "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS",
    }

    ShowInvitationError {
        E::Answer(error) => Failure::looking_at_invitations(&error),
        E::InviterLeft => Failure::inviter_left(),
    }

    ListInvitationsError {
        E::NotAMember => Failure::you_are_not_a_member(),
        E::NotPermitted => (
            "YOU_ARE_NOT_ALLOWED_TO_LIST_INVITATIONS",
            "You are not allowed to list invitations for this organization",
        ),
    }

    CancelInvitationError {
        E::NotFound => "INVITATION_NOT_FOUND",
        E::NotAMember => "MEMBER_NOT_FOUND",
        E::NotPermitted => "YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION",
    }
}
