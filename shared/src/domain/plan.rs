//! The built-in plans of organizations, each with the number of members that it allows.

use super::text::text_enum;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// The plan of a personal organization.
    SoloFree,
    TeamStarter,
    TeamGrowth,
    Enterprise,
}

text_enum!(Plan {
    SoloFree => "SOLO_FREE",
    TeamStarter => "TEAM_STARTER",
    TeamGrowth => "TEAM_GROWTH",
    Enterprise => "ENTERPRISE",
});

impl Plan {
    pub const fn max_members(self) -> u32 {
        match self {
            Self::SoloFree => 1,
            Self::TeamStarter => 100,
            Self::TeamGrowth => 1000,
            Self::Enterprise => 10_000,
        }
    }

    /// The seats of an organization that asks for a number of its own.
    pub fn seats(self, wanted: u32) -> u32 {
        wanted.min(self.max_members())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_limits_the_seats_that_an_organization_asks_for() {
        assert_eq!(Plan::TeamStarter.seats(10), 10);
        assert_eq!(Plan::TeamStarter.seats(500), 100);
        assert_eq!(Plan::SoloFree.seats(2), 1);
        assert_eq!(Plan::Enterprise.seats(10_000), 10_000);
    }
}
