//! What goes wrong with teams.

use http::StatusCode;

use super::Failure;
use crate::operations::{
    ChangeTeamMemberError, CreateTeamError, ListTeamsError, RemoveTeamError, SetActiveTeamError, TeamMembersError,
    UpdateTeamError,
};

impl Failure {
    pub fn team_not_found() -> Self {
        Self::bad_request("TEAM_NOT_FOUND", "Team not found")
    }

    pub fn no_active_team() -> Self {
        Self::bad_request("YOU_DO_NOT_HAVE_AN_ACTIVE_TEAM", "You do not have an active team")
    }

    /// Of the teams of an organization, rather than of a user.
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
        Self::new(
            status,
            "USER_IS_NOT_A_MEMBER_OF_THE_TEAM",
            "User is not a member of the team",
        )
    }

    fn forbidden(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }
}

impl From<CreateTeamError> for Failure {
    fn from(error: CreateTeamError) -> Self {
        match error {
            // The framework's words, though no user is invited.
            CreateTeamError::NotAMember => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_INVITE_USERS_TO_THIS_ORGANIZATION",
                "You are not allowed to invite users to this organization",
            ),
            CreateTeamError::NotPermitted => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_CREATE_TEAMS_IN_THIS_ORGANIZATION",
                "You are not allowed to create teams in this organization",
            ),
            CreateTeamError::TooManyTeams => Self::bad_request(
                "YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_TEAMS",
                "You have reached the maximum number of teams",
            ),
            CreateTeamError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<UpdateTeamError> for Failure {
    fn from(error: UpdateTeamError) -> Self {
        match error {
            UpdateTeamError::NotAMember | UpdateTeamError::NotPermitted => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_TEAM",
                "You are not allowed to update this team",
            ),
            UpdateTeamError::NotFound => Self::team_not_found(),
            UpdateTeamError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<RemoveTeamError> for Failure {
    fn from(error: RemoveTeamError) -> Self {
        match error {
            RemoveTeamError::NotAMember | RemoveTeamError::IsActive => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_TEAM",
                "You are not allowed to delete this team",
            ),
            RemoveTeamError::NotPermitted => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_DELETE_TEAMS_IN_THIS_ORGANIZATION",
                "You are not allowed to delete teams in this organization",
            ),
            RemoveTeamError::NotFound => Self::team_not_found(),
            RemoveTeamError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ListTeamsError> for Failure {
    fn from(error: ListTeamsError) -> Self {
        match error {
            ListTeamsError::NotAMember => Self::you_are_not_a_member(),
            ListTeamsError::NotPermitted => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER",
                "You are not allowed to update this member",
            ),
            ListTeamsError::NoSuchMember => Self::user_is_not_a_member(StatusCode::BAD_REQUEST),
            ListTeamsError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<TeamMembersError> for Failure {
    fn from(error: TeamMembersError) -> Self {
        match error {
            TeamMembersError::NotFound => Self::team_not_found(),
            TeamMembersError::NotInTheTeam => Self::not_in_the_team(StatusCode::BAD_REQUEST),
            TeamMembersError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<SetActiveTeamError> for Failure {
    fn from(error: SetActiveTeamError) -> Self {
        match error {
            SetActiveTeamError::NotFound => Self::team_not_found(),
            SetActiveTeamError::NotInTheTeam => Self::not_in_the_team(StatusCode::FORBIDDEN),
            SetActiveTeamError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<ChangeTeamMemberError> for Failure {
    fn from(error: ChangeTeamMemberError) -> Self {
        match error {
            ChangeTeamMemberError::NotAMember => Self::user_is_not_a_member(StatusCode::BAD_REQUEST),
            ChangeTeamMemberError::MayNotAdd => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_CREATE_A_NEW_TEAM_MEMBER",
                "You are not allowed to create a new member",
            ),
            ChangeTeamMemberError::MayNotRemove => Self::forbidden(
                "YOU_ARE_NOT_ALLOWED_TO_REMOVE_A_TEAM_MEMBER",
                "You are not allowed to remove a team member",
            ),
            ChangeTeamMemberError::TeamNotFound => Self::team_not_found(),
            ChangeTeamMemberError::NotInTheTeam => Self::not_in_the_team(StatusCode::BAD_REQUEST),
            ChangeTeamMemberError::TooManyTeams => {
                Self::forbidden("TEAM_MEMBER_LIMIT_REACHED", "Team member limit reached")
            }
            ChangeTeamMemberError::Interrupted(interruption) => interruption.into(),
        }
    }
}
