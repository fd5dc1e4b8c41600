//! An organization with its members, invitations and teams, in one answer.

use crate::domain::{Invitation, Membership, Organization, Team, User};
use crate::operations::members::users_of_members::with_users;
use crate::operations::organizations::find_organization::FindOrganizationError;
use crate::operations::organizations::locate_organization::OrganizationName;
use crate::operations::prelude::*;

#[derive(Debug)]
pub struct FullOrganization {
    pub organization: Organization,
    pub members: Vec<(User, Membership)>,
    /// Empty for a member without the permission to see invitations.
    pub invitations: Vec<Invitation>,
    pub teams: Vec<Team>,
}

impl Core {
    /// With the first `members` members.
    pub async fn full_organization(
        &self,
        caller: &Caller,
        name: &OrganizationName,
        members: usize,
    ) -> Result<FullOrganization, FindOrganizationError> {
        let organization = self.find_organization(caller, name).await?;
        let own = caller.user.membership(organization.id);
        let own = own.ok_or(FindOrganizationError::NotAMember)?;
        let listed = self.store.first_members(organization.id, members).await?;
        Ok(FullOrganization {
            members: with_users(&self.store, listed).await?,
            invitations: self.visible_invitations(own).await?.unwrap_or_default(),
            teams: self.store.list_teams(organization.id).await?,
            organization,
        })
    }
}
