//! Reads the teams that are stored with a user's memberships.

use crate::domain::{Membership, OrganizationId, Team, User};
use crate::operations::prelude::*;

impl Core {
    /// In the order of joining. Removed teams, and teams of organizations that are gone, are left out.
    pub(in crate::operations) async fn teams_of_user(
        &self,
        user: &User,
        only: Option<OrganizationId>,
    ) -> Result<Vec<Team>, Interruption> {
        let memberships = user.memberships.iter().filter(|membership| {
            !membership.teams.is_empty() && only.is_none_or(|only| only == membership.organization_id)
        });
        let memberships: Vec<&Membership> = memberships.collect();
        if memberships.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = memberships
            .iter()
            .map(|membership| membership.organization_id)
            .collect();
        let organizations = self.store.find_organizations(&ids).await?;
        let exists = |id| organizations.iter().any(|organization| organization.id == id);
        let teams = memberships
            .iter()
            .filter(|membership| exists(membership.organization_id));
        let teams = teams.flat_map(|membership| {
            let joined = membership.teams.iter();
            joined.map(|team| (membership.organization_id, team.team_id))
        });
        Ok(self.store.find_teams(&teams.collect::<Vec<_>>()).await?)
    }
}
