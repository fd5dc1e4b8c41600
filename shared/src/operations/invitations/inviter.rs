//! The member who sent an invitation. An invitation is valid only while its inviter is permitted to grant its roles.

use jiff::Timestamp;

use crate::domain::{
    EmailAddress, Invitation, Language, Membership, OrganizationId, OrganizationNumber, Permission, UserId,
};
use crate::operations::core::Core;
use crate::store::{Changes, StoreError};

#[derive(Debug)]
pub(in crate::operations) struct Inviter {
    pub id: UserId,
    pub email: EmailAddress,
    pub name: String,
    pub language: Option<Language>,
    membership: Membership,
}

impl Inviter {
    pub(in crate::operations) fn organization_number(&self) -> OrganizationNumber {
        self.membership.organization_number
    }

    /// For changes that require the inviter's roles to be unchanged.
    pub(in crate::operations) fn require_roles(&self, changes: Changes) -> Changes {
        changes.require_member(self.id, &self.membership)
    }
}

impl Core {
    /// Whether each member of the organization may invite.
    async fn invites_are_open(&self, id: OrganizationId) -> Result<bool, StoreError> {
        let organization = self.store.find_organization(id).await?;
        Ok(organization.is_some_and(|organization| organization.open_invite))
    }

    /// `None`: the inviter was removed, demoted or banned in the meantime.
    pub(in crate::operations) async fn inviter(
        &self,
        invitation: &Invitation,
        now: Timestamp,
    ) -> Result<Option<Inviter>, StoreError> {
        let found = self.store.find_user(invitation.inviter).await?;
        let Some(user) = found.filter(|user| user.admit(now).is_ok()) else {
            return Ok(None);
        };
        let id = invitation.organization_id;
        let access = &self.settings.organizations.roles;
        let membership = user.membership(id).cloned();
        let Some(membership) = membership.filter(|membership| access.may_grant(&membership.roles, &invitation.roles))
        else {
            return Ok(None);
        };
        let may_invite = access.permit(&membership.roles, &Permission::CREATE_INVITATION.into())
            || self.invites_are_open(id).await?;
        Ok(may_invite.then(|| Inviter {
            id: user.id,
            name: user.name.as_str().to_owned(),
            language: user.profile.language,
            email: user.email,
            membership,
        }))
    }
}
