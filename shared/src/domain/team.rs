//! Teams within an organization, and their members.

use jiff::Timestamp;

use super::ids::{OrganizationId, TeamId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub id: TeamId,
    pub organization_id: OrganizationId,
    pub name: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Team {
    /// The maximum number of teams in one organization, because a list returns all of them.
    pub const MAX: u32 = 100;
}

/// The membership of an organization's member in one of its teams. It is stored in the membership in the organization,
/// and ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamMembership {
    pub team_id: TeamId,
    pub joined_at: Timestamp,
}

impl TeamMembership {
    /// The maximum number of teams per member, because they are stored in the user's item, which every session check
    /// reads.
    pub const MAX: usize = 25;
}
