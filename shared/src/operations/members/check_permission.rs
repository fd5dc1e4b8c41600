//! What a member is in an organization, and what that permits.

use crate::domain::{MemberRoles, Membership, OrganizationId, Statements, UserId};
use crate::operations::core::Core;
use crate::operations::interruption::Interruption;
use crate::operations::interruption::interruptible;
use crate::operations::organizations::find_organization::OrganizationName;
use crate::operations::sessions::authenticate::Caller;

#[derive(Debug, thiserror::Error)]
pub enum CheckPermissionError {
    #[error("the caller is not a member of the organization")]
    NotAMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum MemberRoleError {
    #[error("there is no such organization")]
    NotFound,
    #[error("the caller, or whom they ask about, is not a member of the organization")]
    NotAMember,
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

interruptible!(CheckPermissionError, MemberRoleError);

impl Core {
    /// Whether the caller's roles permit all of it.
    pub async fn check_permission(
        &self,
        caller: &Caller,
        organization: OrganizationId,
        asked: &Statements,
    ) -> Result<bool, CheckPermissionError> {
        let membership = self.membership(caller, organization).await?;
        let membership = membership.ok_or(CheckPermissionError::NotAMember)?;
        Ok(self.settings.organizations.roles.permit(&membership.roles, asked))
    }

    /// The caller's own membership.
    pub async fn find_membership(
        &self,
        caller: &Caller,
        organization: OrganizationId,
    ) -> Result<Membership, CheckPermissionError> {
        let membership = self.membership(caller, organization).await?;
        membership.cloned().ok_or(CheckPermissionError::NotAMember)
    }

    /// The roles of a member: of the caller's, or of one that the caller may see.
    pub async fn find_member_roles(
        &self,
        caller: &Caller,
        name: &OrganizationName,
        of: Option<UserId>,
    ) -> Result<MemberRoles, MemberRoleError> {
        let organization = self.organization_named(name).await?;
        let organization = match (organization, name) {
            (Some(organization), _) => organization,
            // Who asks by an id is told no more than an outsider.
            (None, OrganizationName::Id(_)) => return Err(MemberRoleError::NotAMember),
            (None, OrganizationName::Slug(_)) => return Err(MemberRoleError::NotFound),
        };
        let own = caller.user.membership(organization.id);
        let own = own.ok_or(MemberRoleError::NotAMember)?;
        let roles = match of.filter(|other| *other != caller.user.id) {
            None => Some(own.roles.clone()),
            Some(other) => {
                let member = self.store.find_member(organization.id, other).await?;
                member.map(|member| member.roles)
            }
        };
        roles.ok_or(MemberRoleError::NotAMember)
    }
}
