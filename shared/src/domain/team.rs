//! Teams within an organization, and which of its members are in them.

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
    /// Of one organization: a list shows all of them.
    pub const MAX: u32 = 100;
}

/// A member of an organization in one of its teams. It stands in the membership, and goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamMembership {
    pub team_id: TeamId,
    pub joined_at: Timestamp,
}

impl TeamMembership {
    /// Of one member: they stand on the user, who is read with every session check.
    pub const MAX: usize = 25;
}
