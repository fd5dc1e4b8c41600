//! Teams: the bodies of their operations, and what these answer with. Only clients of newer versions call them.

use jiff::Timestamp;
use serde::Serialize;

use super::located;
use crate::contract::fields::{Fields, ReadBody};
use crate::contract::time::time;
use crate::domain::{OrganizationId, Patch, Team as CoreTeam, TeamMembership, UserId};

const NAME: usize = 256;

#[derive(Debug)]
pub struct CreateTeamRequest {
    pub name: String,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
}

#[derive(Debug)]
pub struct UpdateTeamRequest {
    pub team_id: String,
    pub name: Option<String>,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
}

#[derive(Debug)]
pub struct TeamRequest {
    pub team_id: String,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
}

#[derive(Debug)]
pub struct SetActiveTeamRequest {
    /// `null` makes none active.
    pub team_id: Patch<String>,
}

#[derive(Debug)]
pub struct TeamMemberRequest {
    pub team_id: String,
    pub user_id: String,
    /// Absent: the one that is active.
    pub organization_id: Option<String>,
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
    /// Within its team, the user's id is one.
    pub id: String,
    pub team_id: String,
    pub user_id: String,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
}

/// That something was done.
#[derive(Debug, Serialize)]
pub struct Notice {
    pub message: &'static str,
}

impl ReadBody for CreateTeamRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (name, organization_id) = (fields.text("name", 1, NAME), fields.optional_string("organizationId"));
        Some(Self {
            name: name?.to_owned(),
            organization_id: organization_id?.map(str::to_owned),
        })
    }
}

impl ReadBody for UpdateTeamRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let team_id = fields.string("teamId");
        let data = fields.object("data", |data| {
            let (name, organization_id) = (
                data.optional_text("name", 1, NAME),
                data.optional_string("organizationId"),
            );
            Some((name?, organization_id?))
        });
        let team_id = team_id?.to_owned();
        let (name, organization_id) = data?;
        Some(Self {
            team_id,
            name: name.map(str::to_owned),
            organization_id: organization_id.map(str::to_owned),
        })
    }
}

impl ReadBody for TeamRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (team_id, organization_id) = (fields.string("teamId"), fields.optional_string("organizationId"));
        Some(Self {
            team_id: team_id?.to_owned(),
            organization_id: organization_id?.map(str::to_owned),
        })
    }
}

impl ReadBody for SetActiveTeamRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            team_id: fields.patch_string("teamId")?.map(str::to_owned),
        })
    }
}

impl ReadBody for TeamMemberRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (team_id, user_id) = (fields.string("teamId"), fields.string("userId"));
        let organization_id = fields.optional_string("organizationId");
        Some(Self {
            team_id: team_id?.to_owned(),
            user_id: user_id?.to_owned(),
            organization_id: organization_id?.map(str::to_owned),
        })
    }
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
