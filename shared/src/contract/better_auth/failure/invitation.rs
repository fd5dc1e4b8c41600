//! What goes wrong with invitations.

use http::StatusCode;

use super::Failure;
use crate::operations::{
    AnswerInvitationError, CancelInvitationError, InviteMemberError, JoinOrganizationError, ListInvitationsError,
    ShowInvitationError,
};

impl Failure {
    /// Without a session, where the framework has words of its own.
    pub fn not_authenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "NOT_AUTHENTICATED", "Not authenticated")
    }

    pub fn organization_id_required() -> Self {
        Self::bad_request("ORGANIZATION_ID_IS_REQUIRED", "Organization ID is required")
    }

    pub fn rejecting(error: &AnswerInvitationError) -> Self {
        match error {
            // The framework is louder here.
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
        Self::bad_request("INVITATION_NOT_FOUND", "Invitation not found")
    }

    fn not_the_recipient() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION",
            "You are not the recipient of the invitation",
        )
    }

    fn verify_before_answering() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "EMAIL_VERIFICATION_REQUIRED_BEFORE_ACCEPTING_OR_REJECTING_INVITATION",
            "Email verification required before accepting or rejecting invitation",
        )
    }

    fn membership_limit() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "ORGANIZATION_MEMBERSHIP_LIMIT_REACHED",
            "Organization membership limit reached",
        )
    }

    fn already_a_member() -> Self {
        Self::bad_request(
            "USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION",
            "User is already a member of this organization",
        )
    }

    /// The framework's words for whoever was removed. To be demoted comes to the same.
    fn inviter_left() -> Self {
        Self::bad_request(
            "INVITER_IS_NO_LONGER_A_MEMBER_OF_THE_ORGANIZATION",
            "Inviter is no longer a member of the organization",
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

impl From<InviteMemberError> for Failure {
    fn from(error: InviteMemberError) -> Self {
        match error {
            InviteMemberError::NotAMember => Self::member_not_found(),
            // A person's own organization is nobody else's, whatever the role.
            InviteMemberError::MayNotInvite | InviteMemberError::SoloOrganization => Self::may_not_invite(),
            InviteMemberError::UnknownRole(role) => Self::role_not_found(role),
            InviteMemberError::RoleTooHigh => Self::new(
                StatusCode::FORBIDDEN,
                "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE",
                "You are not allowed to invite a user with this role",
            ),
            InviteMemberError::UnknownTeam => Self::team_not_found(),
            InviteMemberError::NoSeat => Self::membership_limit(),
            InviteMemberError::InvitationLimit => Self::new(
                StatusCode::FORBIDDEN,
                "INVITATION_LIMIT_REACHED",
                "Invitation limit reached",
            ),
            InviteMemberError::AlreadyMember => Self::already_a_member(),
            InviteMemberError::AlreadyInvited => Self::bad_request(
                "USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION",
                "User is already invited to this organization",
            ),
            InviteMemberError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<JoinOrganizationError> for Failure {
    fn from(error: JoinOrganizationError) -> Self {
        match error {
            JoinOrganizationError::NotFound => Self::invitation_not_found(),
            JoinOrganizationError::NotTheRecipient => Self::not_the_recipient(),
            JoinOrganizationError::EmailNotVerified => Self::verify_before_answering(),
            JoinOrganizationError::InviterLeft => Self::inviter_left(),
            JoinOrganizationError::NoSeat => Self::membership_limit(),
            JoinOrganizationError::AlreadyMember => Self::already_a_member(),
            JoinOrganizationError::TooManyOrganizations => Self::too_many_organizations(),
            JoinOrganizationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ShowInvitationError> for Failure {
    fn from(error: ShowInvitationError) -> Self {
        match error {
            ShowInvitationError::Answer(error) => Self::looking_at_invitations(&error),
            ShowInvitationError::InviterLeft => Self::inviter_left(),
            ShowInvitationError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ListInvitationsError> for Failure {
    fn from(error: ListInvitationsError) -> Self {
        match error {
            ListInvitationsError::NotAMember => Self::you_are_not_a_member(),
            ListInvitationsError::NotPermitted => Self::new(
                StatusCode::FORBIDDEN,
                "YOU_ARE_NOT_ALLOWED_TO_LIST_INVITATIONS",
                "You are not allowed to list invitations for this organization",
            ),
            ListInvitationsError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<CancelInvitationError> for Failure {
    fn from(error: CancelInvitationError) -> Self {
        match error {
            CancelInvitationError::NotFound => Self::invitation_not_found(),
            CancelInvitationError::NotAMember => Self::member_not_found(),
            CancelInvitationError::NotPermitted => Self::new(
                StatusCode::FORBIDDEN,
                "YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION",
                "You are not allowed to cancel this invitation",
            ),
            CancelInvitationError::Interrupted(interruption) => interruption.into(),
        }
    }
}
