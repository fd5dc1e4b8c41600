//! Handing out roles in an organization: who may, and whether whoever sent an invitation still may when it is answered.

use jiff::Timestamp;

use crate::domain::{EmailAddress, Invitation, MemberRoles, Membership, OrganizationNumber, Permission, UserId};
use crate::operations::core::Core;
use crate::operations::sessions::authenticate::Caller;
use crate::store::{Changes, StoreError};

/// Whoever sent an invitation, as long as they may hand out what it offers.
#[derive(Debug)]
pub(in crate::operations) struct Inviter {
    pub id: UserId,
    pub email: EmailAddress,
    pub name: String,
    membership: Membership,
}

impl Inviter {
    pub(in crate::operations) fn organization_number(&self) -> OrganizationNumber {
        self.membership.organization_number
    }

    /// For changes that hold only while the inviter has these roles.
    pub(in crate::operations) fn expected_by(&self, changes: Changes) -> Changes {
        changes.expect_member(self.id, &self.membership)
    }
}

impl Core {
    /// What is handed out by an API key outlives the key, so none hands out a right over the organization.
    pub(in crate::operations) fn may_grant(&self, caller: &Caller, own: &Membership, roles: &MemberRoles) -> bool {
        let access = &self.settings.organizations.roles;
        let is_too_much = caller.session.is_of_api_key() && access.hold_rights(roles);
        !is_too_much && access.may_grant(&own.roles, roles)
    }

    /// `None`: whoever sent the invitation was removed or demoted since then, or is banned. It lets nobody in any more.
    pub(in crate::operations) async fn inviter(
        &self,
        invitation: &Invitation,
        now: Timestamp,
    ) -> Result<Option<Inviter>, StoreError> {
        let found = self.store.find_user(invitation.inviter).await?;
        let Some(user) = found.filter(|user| user.admit(now).is_ok()) else {
            return Ok(None);
        };
        let access = &self.settings.organizations.roles;
        let membership = access.authorize(&user, invitation.organization_id, Permission::CREATE_INVITATION);
        let entitled = membership
            .ok()
            .filter(|membership| access.may_grant(&membership.roles, &invitation.roles));
        Ok(entitled.cloned().map(|membership| Inviter {
            id: user.id,
            name: user.name.as_str().to_owned(),
            email: user.email,
            membership,
        }))
    }
}
