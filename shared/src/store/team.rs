//! Teams: `ORGANIZATION#organization / TEAM#id`. Who is in a team stands in the memberships of the organization.

use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Update};
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{Millis, Record, Text, from_item, number, text};
use super::{Store, StoreError, keys};
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
        let item = self.table.get(&keys::team(organization, id)).await?;
        Ok(item.map(from_item::<TeamRecord>).transpose()?.map(Team::from))
    }

    /// Those that are there, in the order of `ids`. One round trip for a hundred.
    pub async fn find_teams(&self, ids: &[(OrganizationId, TeamId)]) -> Result<Vec<Team>, StoreError> {
        let keys: Vec<_> = ids
            .iter()
            .map(|(organization, id)| keys::team(*organization, *id))
            .collect();
        let items = self.table.get_many(&keys).await?.into_iter().flatten();
        items.map(|item| Ok(from_item::<TeamRecord>(item)?.into())).collect()
    }

    /// Oldest first: ids are made of time.
    pub async fn list_teams(&self, organization: OrganizationId) -> Result<Vec<Team>, StoreError> {
        let partition = keys::organization(organization).partition;
        let items = self.table.query(&partition, keys::TEAM_PREFIX).await?;
        items
            .into_iter()
            .map(|item| Ok(from_item::<TeamRecord>(item)?.into()))
            .collect()
    }
}

impl Changes {
    /// If the organization has fewer than `limit`.
    pub fn create_team(self, team: &Team, limit: u32) -> Self {
        self.add_team(team.organization_id, limit).create(
            &keys::team(team.organization_id, team.id),
            &TeamRecord::from(team),
            Conflict::IdTaken,
        )
    }

    /// Writes the name, while the team is there.
    pub fn rename_team(self, team: &Team) -> Self {
        let update = Update::builder()
            .set_key(Some(keys::team(team.organization_id, team.id).to_item()))
            .update_expression("SET #name = :name, updated_at = :updated")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":name", text(&team.name))
            .expression_attribute_values(":updated", number(team.updated_at.as_millisecond()))
            .table_name(String::new())
            .build();
        self.update(update.expect("key, expression and table are set"), Conflict::TeamGone)
    }

    /// When the organization is gone as well, that is the conflict.
    pub fn delete_team(self, organization: OrganizationId, id: TeamId) -> Self {
        let delete = Delete::builder()
            .set_key(Some(keys::team(organization, id).to_item()))
            .condition_expression("attribute_exists(pk)")
            .table_name(String::new())
            .build();
        self.drop_team(organization)
            .delete(delete.expect("key and table are set"), Conflict::TeamGone)
    }

    /// For changes that hold only while the team is there.
    pub fn expect_team(self, organization: OrganizationId, id: TeamId) -> Self {
        let check = ConditionCheck::builder()
            .set_key(Some(keys::team(organization, id).to_item()))
            .condition_expression("attribute_exists(pk)")
            .table_name(String::new())
            .build();
        self.check(check.expect("key, condition and table are set"), Conflict::TeamGone)
    }

    /// For a team that goes with its organization.
    pub fn forget_team(self, organization: OrganizationId, id: TeamId) -> Self {
        self.remove(&keys::team(organization, id), Conflict::TeamGone)
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
