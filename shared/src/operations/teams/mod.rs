//! Teams within an organization, and their members.

pub mod add_team_member;
mod change_team_member;
pub mod create_team;
pub mod list_own_teams;
pub mod list_team_members;
pub mod list_teams;
pub mod list_teams_of;
pub mod remove_team;
pub mod remove_team_member;
pub mod set_active_team;
mod teams_of_user;
pub mod update_team;

pub use change_team_member::{ChangeTeamMember, ChangeTeamMemberError};
pub use create_team::CreateTeamError;
pub use list_team_members::TeamMembersError;
pub use list_teams::ListTeamsError;
pub use remove_team::RemoveTeamError;
pub use set_active_team::SetActiveTeamError;
pub use update_team::UpdateTeamError;
