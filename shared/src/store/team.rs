//! Teams: `ORGANIZATION#organization / TEAM#id`. The members of a team are in the memberships of the organization.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::exists;
use super::item::{Millis, Record, Text, from_item, millis, text};
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::{OrganizationId, Team, TeamId};

#[derive(Debug, Serialize, Deserialize)]
struct TeamRecord {
    id: Text<TeamId>,
    organization_id: Text<OrganizationId>,
    name: String,
    created_at: Millis,
    updated_at: Millis,
}

impl Record for TeamRecord {
    const KIND: &'static str = "team";
}

impl Store {
    pub async fn find_team(&self, organization: OrganizationId, id: TeamId) -> Result<Option<Team>, StoreError> {
        self.table.find::<TeamRecord, _>(&keys::team(organization, id)).await
    }

    /// The existing teams, in the order of `ids`. One round trip reads a hundred.
    pub async fn find_teams(&self, ids: &[(OrganizationId, TeamId)]) -> Result<Vec<Team>, StoreError> {
        let keys: Vec<_> = ids
            .iter()
            .map(|(organization, id)| keys::team(*organization, *id))
            .collect();
        let items = self.table.get_many(&keys).await?.into_iter().flatten();
        items.map(|item| Ok(from_item::<TeamRecord>(item)?.into())).collect()
    }

    /// The teams, oldest first: ids begin with a time.
    pub async fn list_teams(&self, organization: OrganizationId) -> Result<Vec<Team>, StoreError> {
        let partition = keys::organization(organization).partition;
        self.table.list::<TeamRecord, _>(&partition, keys::TEAM_PREFIX).await
    }
}

impl Changes {
    /// The write fails if the organization has reached its `limit` of teams.
    pub fn create_team(self, team: &Team, limit: u32) -> Self {
        let write = Write::create(keys::team(team.organization_id, team.id), &TeamRecord::from(team));
        self.fact(Fact::TeamCreated {
            organization: team.organization_id,
            team: team.id,
        })
        .add_team(team.organization_id, limit)
        .with(write, Conflict::IdTaken)
    }

    /// Writes the name, if the team exists.
    pub fn rename_team(self, team: &Team) -> Self {
        let write = Write::update(keys::team(team.organization_id, team.id))
            .set("name", text(&team.name))
            .set("updated_at", millis(team.updated_at))
            .when_exists();
        self.fact(Fact::TeamRenamed {
            organization: team.organization_id,
            team: team.id,
        })
        .with(write, Conflict::TeamGone)
    }

    /// When the organization was deleted as well, the conflict names the organization.
    pub fn delete_team(self, organization: OrganizationId, id: TeamId) -> Self {
        let write = Write::delete(keys::team(organization, id)).when_exists();
        self.fact(Fact::TeamDeleted { organization, team: id })
            .drop_team(organization)
            .with(write, Conflict::TeamGone)
    }

    /// For changes that require the team to exist.
    pub fn require_team(self, organization: OrganizationId, id: TeamId) -> Self {
        let check = Write::check(keys::team(organization, id), exists());
        self.with(check, Conflict::TeamGone)
    }

    /// For a team that is deleted with its organization.
    pub fn forget_team(self, organization: OrganizationId, id: TeamId) -> Self {
        self.with(Write::delete(keys::team(organization, id)), Conflict::TeamGone)
    }
}

impl From<&Team> for TeamRecord {
    fn from(team: &Team) -> Self {
        Self {
            id: Text(team.id),
            organization_id: Text(team.organization_id),
            name: team.name.clone(),
            created_at: Millis(team.created_at),
            updated_at: Millis(team.updated_at),
        }
    }
}

impl From<TeamRecord> for Team {
    fn from(record: TeamRecord) -> Self {
        Self {
            id: record.id.0,
            organization_id: record.organization_id.0,
            name: record.name,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
        }
    }
}
