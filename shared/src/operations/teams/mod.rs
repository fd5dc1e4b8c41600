//! Teams within an organization, and their members.

pub mod change_team;
pub mod change_team_members;
pub mod list_teams;

pub use change_team::ChangeTeamError;
pub use change_team_members::{ChangeTeamMember, ChangeTeamMemberError};
pub use list_teams::{ListTeamsError, SetActiveTeamError, TeamMembersError};
