//! The seats of organizations by the records of plans. Every operation asks these functions, so that the terms have one
//! source.
//!
//! The records are read with strong consistency in each attempt, before its commit, so a changed plan holds for every
//! request that begins after the answer to the change. The commit does not check the record, which all organizations
//! with the plan would then contend for.

use crate::domain::{Organization, OrganizationTypePlan, SeatLimits, Seats};
use crate::operations::prelude::*;
use crate::store::StoreError;

impl Core {
    /// One query for all plans.
    pub(in crate::operations) async fn seat_limits(&self) -> Result<SeatLimits, StoreError> {
        let records = self.store.list_entries::<OrganizationTypePlan>(None).await?;
        let records = records.into_iter().map(|record| record.value);
        Ok(SeatLimits::new(self.settings.organizations.members, records.collect()))
    }

    /// The same for one organization: no query for one without a plan.
    pub(in crate::operations) async fn seat_limits_of(
        &self,
        organization: &Organization,
    ) -> Result<SeatLimits, StoreError> {
        if organization.plan.is_some() {
            self.seat_limits().await
        } else {
            Ok(SeatLimits::new(self.settings.organizations.members, Vec::new()))
        }
    }

    pub async fn seats_of(&self, organization: &Organization) -> Result<Seats, Interruption> {
        Ok(self.seat_limits_of(organization).await?.seats(organization))
    }
}
