//! The roles of a member: the caller's own, or those of another member of the same organization.

use crate::domain::{MemberRoles, UserId};
use crate::operations::organizations::locate_organization::{OrganizationName, located};
use crate::operations::prelude::*;

refusals! {
    pub enum MemberRoleError {
        NotFound: NotFound = "there is no such organization",
        NotAMember: Forbidden = "the caller, or the user in question, is not a member of the organization",
    }
}
located!(MemberRoleError);

impl Core {
    /// `of` is `None` for the caller's own roles.
    pub async fn find_member_roles(
        &self,
        caller: &Caller,
        name: &OrganizationName,
        of: Option<UserId>,
    ) -> Result<MemberRoles, MemberRoleError> {
        let (organization, own) = self.own_organization(caller, name).await?;
        let Some(other) = of.filter(|other| *other != caller.user.id) else {
            return Ok(own.roles.clone());
        };
        let member = self.store.find_member(organization.id, other).await?;
        Ok(member.ok_or(MemberRoleError::NotAMember)?.roles)
    }
}
