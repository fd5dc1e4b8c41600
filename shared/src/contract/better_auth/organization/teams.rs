//! Requests and responses of the team operations, which only clients of newer versions call. An absent organization
//! stands for the active one.

use jiff::Timestamp;
use serde::Serialize;

use super::located;
use super::located::parsers::{optional_organization, team, team_patch, user};
use crate::contract::fields::parsers::{name, object, optional_name};
use crate::contract::fields::request;
use crate::contract::time::time;
use crate::domain::{OrganizationId, Patch, Team as CoreTeam, TeamId, TeamMembership, UserId};

const NAME: usize = 256;

request! {
    pub struct CreateTeamRequest {
        name: String = name("name", 1, NAME),
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
    }

    pub struct UpdateTeamRequest {
        team_id: (OrganizationId, TeamId) = team("teamId"),
        data: TeamData = object("data"),
    }

    pub struct TeamData {
        name: Option<String> = optional_name("name", 1, NAME),
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
    }

    pub struct TeamRequest {
        team_id: (OrganizationId, TeamId) = team("teamId"),
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
    }

    pub struct SetActiveTeamRequest {
        /// `null` deactivates the current one.
        team_id: Patch<(OrganizationId, TeamId)> = team_patch("teamId"),
    }

    pub struct TeamMemberRequest {
        team_id: (OrganizationId, TeamId) = team("teamId"),
        user_id: UserId = user("userId"),
        organization_id: Option<OrganizationId> = optional_organization("organizationId"),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    pub id: String,
    pub name: String,
    pub organization_id: String,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMember {
    /// A membership has no id of its own: within its team, the user's id is unique.
    pub id: String,
    pub team_id: String,
    pub user_id: String,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
}

#[derive(Debug, Serialize)]
pub struct Notice {
    pub message: &'static str,
}

impl From<&CoreTeam> for Team {
    fn from(team: &CoreTeam) -> Self {
        Self {
            id: located::team(team.organization_id, team.id),
            name: team.name.clone(),
            organization_id: team.organization_id.to_string(),
            created_at: team.created_at,
            updated_at: team.updated_at,
        }
    }
}

impl TeamMember {
    pub fn of(organization: OrganizationId, user: UserId, joined: TeamMembership) -> Self {
        Self {
            id: user.to_string(),
            team_id: located::team(organization, joined.team_id),
            user_id: user.to_string(),
            created_at: joined.joined_at,
        }
    }
}
