//! Evaluating the rules in effect. What no rule allows is denied.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::policy::rego;
use crate::domain::{OrganizationId, PolicyCheck, PolicyState, RateLimit};
use crate::operations::prelude::*;
use crate::policies::{PolicyError, PolicyProgram};

/// The answer to one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyDecision {
    /// With the id of the first rule that allows it.
    Allowed {
        rule: String,
    },
    Denied(Denial),
}

/// Why no rule allows the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// The session acts for no organization whose rules could allow it.
    NoOrganization,
    /// The rules of the organization were never synchronized.
    NoRules,
    NoRuleApplies,
    /// The evaluation reached its limit of time.
    TimedOut,
}

impl Core {
    /// Decides the checks in their order, by the rules of the organization that the session acts for. One read, and one
    /// more for rules that this process has not compiled yet.
    pub async fn evaluate_policies(
        &self,
        caller: &Caller,
        checks: &[PolicyCheck],
        now: Timestamp,
    ) -> Result<Vec<PolicyDecision>, Interruption> {
        self.limit_rate(RateLimit::USER, caller.user.id, now).await?;
        let deny = |denial| Ok(vec![PolicyDecision::Denied(denial); checks.len()]);
        let Some(id) = caller.session.active_organization else {
            return deny(Denial::NoOrganization);
        };
        let (organization, state) = self.store.view_organization_and_policies(id).await?;
        let Some(organization) = organization.filter(|found| found.status.is_readable()) else {
            return deny(Denial::NoOrganization);
        };
        let program = match state {
            Some(state) => self.policy_program(id, state).await?,
            None => None,
        };
        let Some(program) = program else {
            return deny(Denial::NoRules);
        };
        let inputs: Vec<_> = checks
            .iter()
            .map(|check| check.input(&caller.user, &organization))
            .collect();
        // The evaluation is work for the processor, which must not hold up other requests.
        let decided = tokio::task::spawn_blocking(move || {
            let decisions = inputs.iter().map(|input| decide(&program, input));
            decisions.collect::<Vec<_>>()
        });
        decided.await.map_err(Interruption::internal)
    }

    /// `None`: the rules were deleted with their organization.
    async fn policy_program(
        &self,
        organization: OrganizationId,
        state: PolicyState,
    ) -> Result<Option<Arc<PolicyProgram>>, Interruption> {
        if let Some(program) = self.compiled_policies.find(organization, state.version) {
            return Ok(Some(program));
        }
        let Some(policies) = self.store.find_effective_policies(organization).await? else {
            return Ok(None);
        };
        let module = rego::module(organization, &policies.rules);
        let program = PolicyProgram::compile(organization, module).map_err(Interruption::internal)?;
        let program = Arc::new(program);
        self.compiled_policies
            .keep(organization, policies.state.version, &program);
        Ok(Some(program))
    }
}

fn decide(program: &PolicyProgram, input: &serde_json::Value) -> PolicyDecision {
    match program.allowing(input) {
        Ok(rules) => rules
            .into_iter()
            .next()
            .map_or(PolicyDecision::Denied(Denial::NoRuleApplies), |rule| {
                PolicyDecision::Allowed { rule }
            }),
        Err(error @ (PolicyError::Evaluation(_) | PolicyError::Compilation(_))) => {
            tracing::error!(%error, "a policy was not evaluated");
            PolicyDecision::Denied(Denial::TimedOut)
        }
    }
}
