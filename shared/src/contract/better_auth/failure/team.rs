//! Errors of teams.

use http::StatusCode;

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{
    ChangeTeamMemberError, CreateTeamError, ListTeamsError, RemoveTeamError, SetActiveTeamError, TeamMembersError,
    UpdateTeamError,
};

impl Failure {
    pub fn team_not_found() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "TEAM_NOT_FOUND")
    }

    pub fn no_active_team() -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "YOU_DO_NOT_HAVE_AN_ACTIVE_TEAM")
    }

    /// The errors of listing the teams of an organization, as opposed to the teams of a user.
    pub fn listing_teams(error: &ListTeamsError) -> Self {
        match error {
            ListTeamsError::NotAMember | ListTeamsError::NotPermitted | ListTeamsError::NoSuchMember => {
                Self::forbidden(
                    "YOU_ARE_NOT_ALLOWED_TO_ACCESS_THIS_ORGANIZATION",
                    "You are not allowed to access this organization as an owner",
                )
            }
            ListTeamsError::Interrupted(interruption) => (*interruption).into(),
        }
    }

    fn not_in_the_team(status: StatusCode) -> Self {
        Self::plain(status, "USER_IS_NOT_A_MEMBER_OF_THE_TEAM")
    }

    fn forbidden(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }
}

failures! {
    CreateTeamError {
        // The framework uses this error, although the request invites no user.
        E::NotAMember => Failure::plain(StatusCode::FORBIDDEN, "YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION"),
        E::NotPermitted => "YOU_ARE_NOT_ALLOWED_TO_CREATE_TEAMS_IN_THIS_ORGANIZATION",
        E::TooManyTeams => Failure::plain(StatusCode::BAD_REQUEST, "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_TEAMS"),
    }

    UpdateTeamError {
        E::NotAMember | E::NotPermitted => Failure::plain(StatusCode::FORBIDDEN, "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_TEAM"),
        E::NotFound => "TEAM_NOT_FOUND",
    }

    RemoveTeamError {
        E::NotAMember | E::IsActive => Failure::plain(StatusCode::FORBIDDEN, "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_TEAM"),
        E::NotPermitted => "YOU_ARE_NOT_ALLOWED_TO_DELETE_TEAMS_IN_THIS_ORGANIZATION",
        E::NotFound => "TEAM_NOT_FOUND",
    }

    ListTeamsError {
        E::NotAMember => Failure::you_are_not_a_member(),
        E::NotPermitted => "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER",
        E::NoSuchMember => Failure::user_is_not_a_member(StatusCode::BAD_REQUEST),
    }

    TeamMembersError {
        E::NotFound => "TEAM_NOT_FOUND",
        E::NotInTheTeam => Failure::not_in_the_team(StatusCode::BAD_REQUEST),
    }

    SetActiveTeamError {
        E::NotFound => "TEAM_NOT_FOUND",
        E::NotInTheTeam => Failure::not_in_the_team(StatusCode::FORBIDDEN),
    }

    ChangeTeamMemberError {
        E::NotAMember => Failure::user_is_not_a_member(StatusCode::BAD_REQUEST),
        E::MayNotAdd => Failure::forbidden(
            "YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_TEAM_MEMBER",
            "You are not allowed to create a new member",
        ),
        E::MayNotRemove => "YOU_ARE_NOT_ALLOWED_TO_REMOVE_A_TEAM_MEMBER",
        E::TeamNotFound => "TEAM_NOT_FOUND",
        E::NotInTheTeam => Failure::not_in_the_team(StatusCode::BAD_REQUEST),
        E::TooManyTeams => "TEAM_MEMBER_LIMIT_REACHED",
    }
}
