//! The plans of organizations, and what each permits until a record of the platform says otherwise.

use super::organization::OrganizationKind;
use super::text::text_enum;

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

/// What a plan permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub const fn terms(self) -> PlanTerms {
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
}
