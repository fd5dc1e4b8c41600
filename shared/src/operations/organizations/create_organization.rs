//! Creating an organization, whose first owner is the caller.

use jiff::Timestamp;

use crate::domain::{Organization, OrganizationDetails, OrganizationId, SeatLimits, Slug};
use crate::operations::attempts::Attempts;
use crate::operations::organizations::new_organization::create_with_owner;
use crate::operations::prelude::*;
use crate::store::Changes;

#[derive(Debug)]
pub struct CreateOrganization {
    pub name: String,
    pub slug: Slug,
    pub logo: Option<String>,
    /// The text of a JSON object.
    pub metadata: Option<String>,
    pub details: OrganizationDetails,
    /// `None`: the deployment's limit of members applies.
    pub seats: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Creation<'a> {
    /// The organization becomes active in the caller's session.
    Active,
    /// The session keeps its active organization.
    Further,
    /// The same, if the plan of the caller's personal organization permits it.
    ByPlan(&'a SeatLimits),
}

refusals! {
    pub enum CreateOrganizationError {
        SlugTaken: Conflict on SlugTaken = "the slug belongs to another organization",
        TooManyOrganizations: Limit = "the caller is a member of as many organizations as a user may be",
        PlanLimit: Limit = "the plan of the caller's personal organization permits no further organization",
    }
}

impl Core {
    /// The new organization becomes active in the caller's session.
    pub async fn create_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        self.create_owned_organization(caller, command, Creation::Active, now)
            .await
    }

    /// The caller's session keeps its active organization.
    pub async fn create_further_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        self.create_owned_organization(caller, command, Creation::Further, now)
            .await
    }

    async fn create_owned_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        creation: Creation<'_>,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        let attempts = self.attempts(caller, now).await?;
        let id = OrganizationId::generate(now, &*self.entropy);
        let organization = Organization {
            logo: command.logo,
            metadata: command.metadata,
            details: command.details,
            seats: command.seats,
            ..self.new_organization(id, command.name, command.slug, now).await?
        };
        self.found(attempts, organization, creation, now).await
    }

    /// The caller owns the organization.
    pub(super) async fn found(
        &self,
        mut attempts: Attempts<'_>,
        organization: Organization,
        creation: Creation<'_>,
        now: Timestamp,
    ) -> Result<Organization, CreateOrganizationError> {
        loop {
            let caller = attempts.caller();
            // The user would own the organization after the impersonation.
            caller.expect_in_person()?;
            if !self.settings.organizations.may_join_another(&caller.user) {
                return Err(CreateOrganizationError::TooManyOrganizations);
            }
            if let Creation::ByPlan(limits) = creation
                && !self.plan_permits_another(&caller.user, limits, now).await?
            {
                return Err(CreateOrganizationError::PlanLimit);
            }
            let mut user = caller.user.clone();
            let mut changes = create_with_owner(Changes::new(), &mut user, &organization, now).update_user(&user);
            if matches!(creation, Creation::Active) {
                changes = changes.activate_organization(user.id, caller.session.id, Some(organization.id));
            }
            if attempts.commit(changes).await? {
                return Ok(organization);
            }
        }
    }
}
