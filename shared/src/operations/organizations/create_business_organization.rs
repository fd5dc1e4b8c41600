//! Creating a business organization with a plan, as far as the plan of the caller's personal organization permits it.

use jiff::Timestamp;

use crate::domain::{
    Membership, Organization, OrganizationId, OrganizationKind, OrganizationStatus, SeatLimits, Seats, User,
};
use crate::operations::organizations::create_organization::{CreateOrganization, CreateOrganizationError, Creation};
use crate::operations::prelude::*;

impl Core {
    /// The caller's session keeps its active organization. The commit requires that the caller's memberships are as
    /// they were counted, so requests at the same time do not exceed the plan.
    pub async fn create_business_organization(
        &self,
        caller: &Caller,
        command: CreateOrganization,
        now: Timestamp,
    ) -> Result<(Organization, Seats), CreateOrganizationError> {
        let attempts = self.attempts(caller, now).await?;
        let plan = self.default_plan(OrganizationKind::Business);
        let limits = self.seat_limits().await?;
        let id = OrganizationId::generate(now, &*self.entropy);
        let organization = Organization {
            logo: command.logo,
            metadata: command.metadata,
            details: command.details,
            plan: Some(plan),
            owner_led: true,
            ..self.new_organization(id, command.name, command.slug, now).await?
        };
        let created = self
            .found(attempts, organization, Creation::ByPlan(&limits), now)
            .await?;
        let seats = limits.seats(&created);
        Ok((created, seats))
    }

    /// Decided by the plan of the user's personal organization. A user who has none yet will get one with the first
    /// plan of its kind.
    pub(super) async fn plan_permits_another(
        &self,
        user: &User,
        limits: &SeatLimits,
        now: Timestamp,
    ) -> Result<bool, Interruption> {
        let owned = user.memberships.iter().filter(|membership| membership.roles.is_owner());
        let ids: Vec<_> = owned
            .map(|Membership { organization_id, .. }| *organization_id)
            .collect();
        let owned = self.store.find_undissolved_organizations(&ids).await?;
        let is_solo = |organization: &&Organization| organization.kind == OrganizationKind::Solo;
        let terms = match owned.iter().find(is_solo) {
            Some(solo) => limits.terms_of(solo),
            None => limits.terms(OrganizationKind::Solo, self.default_plan(OrganizationKind::Solo)),
        };
        let business = || owned.iter().filter(|organization| !is_solo(organization));
        let active = business().filter(|organization| organization.status_at(now) == OrganizationStatus::Active);
        Ok(terms.can_create_business_org
            && is_below(business().count(), terms.max_business_orgs)
            && is_below(active.count(), terms.max_active_business_orgs))
    }
}

fn is_below(count: usize, limit: u32) -> bool {
    u32::try_from(count).is_ok_and(|count| count < limit)
}
