//! Organizations in the `better_auth` contract: request bodies (`requests`), queries (`queries`), responses (`wire`),
//! requests and responses of teams (`teams`), and the ids of an organization's parts (`located`).

mod located;
mod queries;
mod requests;
mod teams;
mod wire;

pub use located::{invitation as invitation_id, invitation_named, team as team_id, team_named, user_named};
pub use queries::{
    InvitationQuery, ListMembersQuery, MemberRoleQuery, OrganizationQuery, TeamMembersQuery, UserTeamsQuery,
};
pub use requests::{
    CheckSlugRequest, CreateOrganizationRequest, HasPermissionRequest, InvitationRequest, InviteMemberRequest,
    OrganizationRequest, RemoveMemberRequest, SetActiveRequest, UpdateMemberRoleRequest, UpdateOrganizationRequest,
};
pub use teams::{
    CreateTeamRequest, Notice, SetActiveTeamRequest, Team, TeamMember, TeamMemberRequest, TeamRequest,
    UpdateTeamRequest,
};
pub use wire::{
    ActiveRole, ChangedOrganization, CreatedOrganization, FullOrganization, Invitation, JoinedOrganization, Member,
    Members, Organization, Permitted, ReceivedInvitation, RejectedInvitation, RemovedMember, ShownInvitation,
    SlugIsFree, UpdatedMember,
};
