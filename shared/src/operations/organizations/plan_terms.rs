//! What a plan permits. Every operation asks this function, so that the terms have one source.

use crate::domain::{Organization, Plan, PlanTerms};
use crate::operations::prelude::*;

impl Core {
    #[expect(
        clippy::unused_async,
        reason = "terms that an administrator sets are read from the store"
    )]
    pub(in crate::operations) async fn plan_terms(&self, plan: Plan) -> Result<PlanTerms, Interruption> {
        Ok(plan.terms())
    }

    /// The terms of the organization's plan, or of the one with which an organization of its kind begins.
    pub(in crate::operations) async fn terms_of(&self, organization: &Organization) -> Result<PlanTerms, Interruption> {
        let plan = organization.plan.unwrap_or_else(|| Plan::of_kind(organization.kind));
        self.plan_terms(plan).await
    }
}
