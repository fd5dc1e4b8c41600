//! The plans of organizations. A record of the platform says what organizations of one type may have under a plan;
//! built-in terms hold for what has no record.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::catalogue::{Catalogued, InvalidField};
use super::ids::AdminId;
use super::organization::{Organization, OrganizationKind};
use super::text::{as_text, text_enum};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The plan of a personal organization.
    SoloFree,
    SoloTrial,
    SoloMonthly,
    SoloAnnual,
    TeamFree,
    TeamStarter,
    TeamGrowth,
    Enterprise,
}

/// What a plan permits. The default is that of a new record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTerms {
    /// Whether a user whose personal organization has the plan may create a business organization.
    pub can_create_business_org: bool,
    /// The number of business organizations that such a user may own.
    pub max_business_orgs: u32,
    /// How many of them may have a plan that is active.
    pub max_active_business_orgs: u32,
    /// Members and pending invitations of an organization with the plan.
    pub max_members: u32,
    pub max_active_members: u32,
}

/// The terms of a plan for organizations of one type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrganizationTypePlan {
    #[serde(with = "as_text")]
    pub kind: OrganizationKind,
    #[serde(with = "as_text")]
    pub plan: Plan,
    #[serde(flatten)]
    pub terms: PlanTerms,
    /// An object that only the application uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Map<String, Value>>,
    /// The ids of administrators; a built-in record has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_by: Option<String>,
}

/// The seats of organizations: by the records of plans, and by the deployment's limit for organizations without a plan.
#[derive(Debug, Clone)]
pub struct SeatLimits {
    /// Applies to an organization that has neither a plan nor a number of seats of its own.
    pub without_plan: u32,
    records: Vec<OrganizationTypePlan>,
}

/// The seats of one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    pub members: u32,
    pub active_members: u32,
}

text_enum!(Plan {
    SoloFree => "SOLO_FREE",
    SoloTrial => "SOLO_TRIAL",
    SoloMonthly => "SOLO_MONTHLY",
    SoloAnnual => "SOLO_ANNUAL",
    TeamFree => "TEAM_FREE",
    TeamStarter => "TEAM_STARTER",
    TeamGrowth => "TEAM_GROWTH",
    Enterprise => "ENTERPRISE",
});

impl Plan {
    pub const ALL: [Self; 8] = [
        Self::SoloFree,
        Self::SoloTrial,
        Self::SoloMonthly,
        Self::SoloAnnual,
        Self::TeamFree,
        Self::TeamStarter,
        Self::TeamGrowth,
        Self::Enterprise,
    ];

    /// The plan of an organization that has none of its own.
    pub fn of_kind(kind: OrganizationKind) -> Self {
        match kind {
            OrganizationKind::Solo => Self::SoloFree,
            OrganizationKind::Business => Self::TeamStarter,
        }
    }

    /// The kind of the organizations that may have the plan.
    pub const fn kind(self) -> OrganizationKind {
        match self {
            Self::SoloFree | Self::SoloTrial | Self::SoloMonthly | Self::SoloAnnual => OrganizationKind::Solo,
            Self::TeamFree | Self::TeamStarter | Self::TeamGrowth | Self::Enterprise => OrganizationKind::Business,
        }
    }

    /// Whether an organization of the kind that has no plan of its own has this one.
    pub fn is_first_of(self, kind: OrganizationKind) -> bool {
        self == Self::of_kind(kind)
    }

    /// The built-in terms of the plan.
    const fn terms(self) -> PlanTerms {
        match self {
            Self::SoloFree | Self::SoloTrial | Self::SoloMonthly | Self::SoloAnnual => PlanTerms {
                can_create_business_org: true,
                ..PlanTerms::of_members(1, 1)
            },
            Self::TeamFree => PlanTerms::of_members(100, 5),
            Self::TeamStarter => PlanTerms::of_members(100, 25),
            Self::TeamGrowth => PlanTerms::of_members(1000, 1000),
            Self::Enterprise => PlanTerms::of_members(10_000, 10_000),
        }
    }
}

impl PlanTerms {
    const fn of_members(max_members: u32, max_active_members: u32) -> Self {
        Self {
            can_create_business_org: false,
            max_business_orgs: 1,
            max_active_business_orgs: 1,
            max_members,
            max_active_members,
        }
    }

    /// The seats of an organization that asks for a number of its own.
    pub fn seats(&self, wanted: u32) -> u32 {
        wanted.min(self.max_members)
    }
}

impl Default for PlanTerms {
    fn default() -> Self {
        Self::of_members(100, 5)
    }
}

impl OrganizationTypePlan {
    /// Longest text of the features, in bytes. Each operation on seats reads all records.
    pub const FEATURES: usize = 2048;

    /// With the built-in terms.
    pub fn of(kind: OrganizationKind, plan: Plan) -> Self {
        Self {
            kind,
            plan,
            terms: plan.terms(),
            features: None,
            created_by: None,
            updated_by: None,
        }
    }
}

impl Catalogued for OrganizationTypePlan {
    const KIND: &'static str = "organization_type_plan";
    const TITLE: &'static str = "Organization type plan";
    /// Every plan.
    const LIMIT: u32 = 8;

    fn unique_name(&self) -> Option<String> {
        Some(format!("{}#{}", self.kind, self.plan))
    }

    /// No organization of the type has a plan of the other one, so that such a record would have no effect.
    fn invalid_fields(&self) -> Vec<InvalidField> {
        let invalid = (self.plan.kind() != self.kind).then(|| InvalidField {
            field: "plan",
            reason: format!("is not a plan of {} organizations", self.kind),
        });
        invalid.into_iter().collect()
    }

    fn built_in() -> Vec<Self> {
        KINDS.map(|kind| Self::of(kind, Plan::of_kind(kind))).into()
    }

    fn kept_by(&mut self, administrator: AdminId) {
        let administrator = administrator.to_string();
        self.created_by.get_or_insert_with(|| administrator.clone());
        self.updated_by = Some(administrator);
    }
}

const KINDS: [OrganizationKind; 2] = [OrganizationKind::Solo, OrganizationKind::Business];

impl SeatLimits {
    pub fn new(without_plan: u32, records: Vec<OrganizationTypePlan>) -> Self {
        Self { without_plan, records }
    }

    pub fn terms(&self, kind: OrganizationKind, plan: Plan) -> PlanTerms {
        let record = self
            .records
            .iter()
            .find(|record| (record.kind, record.plan) == (kind, plan));
        record.map_or_else(|| plan.terms(), |record| record.terms)
    }

    /// The terms of the organization's plan, or of the one with which an organization of its kind begins.
    pub fn terms_of(&self, organization: &Organization) -> PlanTerms {
        let plan = organization.plan.unwrap_or_else(|| Plan::of_kind(organization.kind));
        self.terms(organization.kind, plan)
    }

    /// The terms of every plan, each with its kind of organization, which is `None` if they are the same for both.
    pub fn by_plan(&self) -> Vec<(Plan, Option<OrganizationKind>, PlanTerms)> {
        let mut all = Vec::new();
        for plan in Plan::ALL {
            let [solo, business] = KINDS.map(|kind| self.terms(kind, plan));
            if solo == business {
                all.push((plan, None, solo));
            } else {
                all.push((plan, Some(OrganizationKind::Solo), solo));
                all.push((plan, Some(OrganizationKind::Business), business));
            }
        }
        all
    }

    /// Numbers of the organization's own, which an administrator gives, precede those of its plan. An account asks for
    /// its number by itself, so its plan limits it, and all of its seats may be active.
    pub fn seats(&self, organization: &Organization) -> Seats {
        let (own, own_active) = (organization.seats, organization.active_seats);
        let Some(plan) = organization.plan else {
            let members = own.unwrap_or(self.without_plan);
            return Seats {
                members,
                active_members: own_active.unwrap_or(members),
            };
        };
        let terms = self.terms(organization.kind, plan);
        let (members, active_members) = if organization.owner_led {
            (own.unwrap_or(terms.max_members), terms.max_active_members)
        } else {
            let members = own.map_or(terms.max_members, |own| terms.seats(own));
            (members, members)
        };
        Seats {
            members,
            active_members: own_active.unwrap_or(active_members),
        }
    }

    /// Whether another member can be invited, or join without an invitation. In an organization with a plan, pending
    /// invitations take seats.
    pub fn has_free_seat(&self, organization: &Organization) -> bool {
        let invited = organization.plan.map_or(0, |_| organization.open_invitations);
        organization.member_count.saturating_add(invited) < self.seats(organization).members
    }

    /// Whether another member can be active.
    pub fn has_free_active_seat(&self, organization: &Organization) -> bool {
        organization.member_count < self.seats(organization).active_members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_limits_the_seats_that_an_organization_asks_for() {
        assert_eq!(Plan::TeamStarter.terms().seats(10), 10);
        assert_eq!(Plan::TeamStarter.terms().seats(500), 100);
        assert_eq!(Plan::SoloFree.terms().seats(2), 1);
        assert_eq!(Plan::Enterprise.terms().seats(10_000), 10_000);
    }

    #[test]
    fn a_record_holds_for_its_type_only_and_the_built_in_terms_for_the_rest() {
        let mut record = OrganizationTypePlan::of(OrganizationKind::Business, Plan::TeamStarter);
        record.terms.max_members = 7;
        let limits = SeatLimits::new(50, vec![record]);
        let members = |kind, plan| limits.terms(kind, plan).max_members;
        assert_eq!(members(OrganizationKind::Business, Plan::TeamStarter), 7);
        assert_eq!(members(OrganizationKind::Solo, Plan::TeamStarter), 100);
        assert_eq!(members(OrganizationKind::Business, Plan::TeamGrowth), 1000);
        let of_starter = limits
            .by_plan()
            .into_iter()
            .filter(|(plan, ..)| *plan == Plan::TeamStarter);
        assert_eq!(of_starter.count(), 2);
        assert_eq!(limits.by_plan().len(), Plan::ALL.len() + 1);
    }

    #[test]
    fn every_name_is_listed() {
        assert_eq!(Plan::ALL.map(Plan::as_str), Plan::NAMES);
    }

    #[test]
    fn a_record_is_stored_by_the_names_of_the_document() {
        let record = OrganizationTypePlan::of(OrganizationKind::Solo, Plan::SoloFree);
        let stored = serde_json::to_value(&record).expect("JSON");
        assert_eq!(
            (&stored["kind"], &stored["plan"]),
            (&"SOLO".into(), &"SOLO_FREE".into())
        );
        let read: OrganizationTypePlan = serde_json::from_value(stored).expect("a record");
        assert_eq!(read, record);
    }
}
