//! Teams within an organization, and memberships in them.

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
    /// The maximum for one organization: a list shows all of them.
    pub const MAX: u32 = 100;
}

/// A member of an organization in one of its teams. It is stored in the membership, and ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamMembership {
    pub team_id: TeamId,
    pub joined_at: Timestamp,
}

impl TeamMembership {
    /// The maximum for one member: they are stored in the user's item, which every session check reads.
    pub const MAX: usize = 25;
}
