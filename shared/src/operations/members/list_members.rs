//! A page of the members of an organization, sorted or filtered.

use crate::domain::listing::{Listed, Listing};
use crate::domain::member_list::MemberField;
use crate::domain::{Membership, Organization, User, UserId};
use crate::operations::members::users_of_members::with_users;
use crate::operations::organizations::locate_organization::{OrganizationName, located};
use crate::operations::prelude::*;

/// Without a sort field, members are in the order in which their users signed up.
#[derive(Debug)]
pub struct ListMembers {
    pub organization: OrganizationName,
    pub listing: Listing<MemberField>,
}

refusals! {
    pub enum ListMembersError {
        /// Only for a slug.
        NotFound: NotFound = "there is no such organization",
        NotAMember: Forbidden = "the caller is not a member of the organization",
    }
}
located!(ListMembersError);

impl Core {
    pub async fn list_members(
        &self,
        caller: &Caller,
        command: ListMembers,
    ) -> Result<Listed<(User, Membership)>, ListMembersError> {
        let (organization, _) = self.own_organization(caller, &command.organization).await?;
        let Listed { records, total } = self.member_page(&organization, &command.listing).await?;
        let records = with_users(&self.store, records).await?;
        Ok(Listed { records, total })
    }

    /// Without order and filter, members are read up to the end of the page. Sorting and filtering read all of them.
    async fn member_page(
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
}
