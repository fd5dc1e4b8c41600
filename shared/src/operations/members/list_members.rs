//! Who belongs to an organization: a page of its members, sorted or picked out, or the whole organization at once.

use crate::domain::listing::{Listed, Listing};
use crate::domain::member_list::MemberField;
use crate::domain::{Invitation, Membership, Organization, Team, User, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::organizations::find_organization::{FindOrganizationError, OrganizationName};
use crate::operations::sessions::authenticate::Caller;

/// A listing in no particular order has the order in which the users came to the service.
#[derive(Debug)]
pub struct ListMembers {
    pub organization: OrganizationName,
    pub listing: Listing<MemberField>,
}

#[derive(Debug)]
pub struct FullOrganization {
    pub organization: Organization,
    pub members: Vec<(User, Membership)>,
    /// None, for a member who may not see any.
    pub invitations: Vec<Invitation>,
    pub teams: Vec<Team>,
}

#[derive(Debug, thiserror::Error)]
pub enum ListMembersError {
    /// Only of a slug: who asks by an id is told no more than an outsider.
    #[error("there is no such organization")]
    NotFound,
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(ListMembersError);

impl Core {
    /// In the order of their own, members are read up to the end of the page; sorting and filtering read all of them.
    pub async fn list_members(
        &self,
        caller: &Caller,
        command: ListMembers,
    ) -> Result<Listed<(User, Membership)>, ListMembersError> {
        let found = self.organization_named(&command.organization).await?;
        let organization = match (found, &command.organization) {
            (Some(organization), _) if caller.user.membership(organization.id).is_some() => organization,
            (None, OrganizationName::Slug(_)) => return Err(ListMembersError::NotFound),
            _ => return Err(ListMembersError::NotAMember),
        };
        let Listed { records, total } = self.page(&organization, &command.listing).await?;
        let records = self.with_users(records).await?;
        Ok(Listed { records, total })
    }

    async fn page(
        &self,
        organization: &Organization,
        listing: &Listing<MemberField>,
    ) -> Result<Listed<(UserId, Membership)>, Interruption> {
        if !listing.is_in_order() {
            return Ok(listing.select(self.store.list_members(organization.id).await?));
        }
        let members = self.store.first_members(organization.id, listing.page.end()).await?;
        Ok(Listed {
            records: listing.page.of(members),
            total: usize::try_from(organization.member_count).unwrap_or(usize::MAX),
        })
    }

    /// The organization with its first `members` members and its teams, and with its invitations for who may see them.
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
        let invitations = if self.may_see_invitations(own) {
            self.visible_invitations(own).await?
        } else {
            Vec::new()
        };
        Ok(FullOrganization {
            members: self.with_users(listed).await?,
            invitations,
            teams: self.store.list_teams(organization.id).await?,
            organization,
        })
    }

    /// A member whose user is just being deleted is left out.
    async fn with_users(&self, members: Vec<(UserId, Membership)>) -> Result<Vec<(User, Membership)>, Interruption> {
        let ids: Vec<UserId> = members.iter().map(|(id, _)| *id).collect();
        let users = self.store.find_users(&ids).await?;
        let with_user = users.into_iter().zip(members);
        Ok(with_user
            .filter_map(|(user, (_, membership))| Some((user?, membership)))
            .collect())
    }
}
