//! Changing the attributes of an organization.

use jiff::Timestamp;

use crate::domain::{Organization, OrganizationId, OrganizationPatch, Permission};
use crate::operations::prelude::*;
use crate::store::Changes;

refusals! {
    pub enum UpdateOrganizationError {
        NotAMember: NotFound on OrganizationGone = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller's role does not permit it",
        SlugTaken: Conflict on SlugTaken = "the slug belongs to another organization",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    pub async fn update_organization(
        &self,
        caller: &Caller,
        id: OrganizationId,
        patch: OrganizationPatch,
        now: Timestamp,
    ) -> Result<Organization, UpdateOrganizationError> {
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            access.authorize(&attempts.caller().user, id, Permission::UPDATE_ORGANIZATION)?;
            let seen = self.store.find_organization(id).await?;
            let seen = seen.ok_or(UpdateOrganizationError::NotAMember)?;
            if patch.is_empty() {
                return Ok(seen);
            }
            let changes = Changes::new()
                .update_organization(&seen, &patch, now)
                .require_writable(id, now);
            if attempts.commit(changes).await? {
                return Ok(seen.patched(patch, now));
            }
        }
    }
}
