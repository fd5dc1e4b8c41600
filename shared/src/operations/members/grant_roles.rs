//! The roles of an organization that a member may grant.

use crate::domain::{MemberRoles, Membership};
use crate::operations::prelude::*;

impl Core {
    /// A membership that an API key grants would outlive the key, so an API key grants none. Likewise, an impersonation
    /// makes no owner.
    pub(in crate::operations) fn may_grant(
        &self,
        caller: &Caller,
        own: &Membership,
        roles: &MemberRoles,
    ) -> Result<bool, Interruption> {
        if roles.is_owner() {
            caller.expect_in_person()?;
        }
        let access = &self.settings.organizations.roles;
        let is_too_much = caller.session.is_of_api_key() && access.hold_rights(roles);
        Ok(!is_too_much && access.may_grant(&own.roles, roles))
    }
}
