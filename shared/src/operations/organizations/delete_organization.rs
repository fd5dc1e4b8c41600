//! Deleting an organization. The first commit deletes it for all users. What belongs to it is deleted in further
//! commits, because a commit has at most a hundred writes. The caller's membership is deleted last: when a request is
//! cut off, the caller can repeat it.

use jiff::Timestamp;

use crate::domain::{Organization, OrganizationId, OrganizationKind, OrganizationStatus, Permission, PolicyRule};
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, StepUp};
use crate::store::Changes;

refusals! {
    pub enum DeleteOrganizationError {
        NotAMember: NotFound = "the caller is not a member of the organization",
        NotPermitted: Forbidden = "the caller's role does not permit it",
        /// The user would get another one, with the first plan of its kind and without the end of the plan.
        SoloOrganization: Forbidden = "the organization is the caller's personal one, and an administrator has changed it",
    }
    denied NotAMember, NotPermitted
}

impl Core {
    /// Returns the organization as it was.
    pub async fn delete_organization(
        &self,
        caller: &Assured<StepUp>,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Organization, DeleteOrganizationError> {
        let organization = self.dissolve_organization(caller, id, now).await?;
        self.purge_policies(id).await?;
        self.purge_organization(id, Some(caller.user.id), now).await?;
        self.remove_last_member(id, caller.user.id, now).await?;
        Ok(organization)
    }

    /// The rules are at most a hundred, and a commit has at most a hundred writes.
    async fn purge_policies(&self, id: OrganizationId) -> Result<(), Interruption> {
        let Some(_) = self.store.find_catalogue::<PolicyRule>(Some(id)).await? else {
            return Ok(());
        };
        let rules = self.store.list_entries::<PolicyRule>(Some(id)).await?;
        let changes = rules.iter().fold(Changes::new(), Changes::forget_entry);
        self.store.commit(changes).await?;
        let changes = Changes::new().forget_catalogue::<PolicyRule>(id);
        Ok(self.store.commit(changes.forget_effective_policies(id)).await?)
    }

    async fn dissolve_organization(
        &self,
        caller: &Assured<StepUp>,
        id: OrganizationId,
        now: Timestamp,
    ) -> Result<Organization, DeleteOrganizationError> {
        let access = &self.settings.organizations.roles;
        let mut attempts = self.attempts(caller, now).await?;
        loop {
            access.authorize(&attempts.caller().user, id, Permission::DELETE_ORGANIZATION)?;
            let organization = self.store.find_organization_in_any_state(id).await?;
            let organization = organization.ok_or(DeleteOrganizationError::NotAMember)?;
            if organization.status == OrganizationStatus::Dissolving {
                return Ok(organization);
            }
            if organization.kind == OrganizationKind::Solo && organization.is_governed() {
                return Err(DeleteOrganizationError::SoloOrganization);
            }
            let changes = Changes::new().dissolve_organization(&organization);
            if attempts.commit(changes).await? {
                return Ok(organization);
            }
        }
    }
}
