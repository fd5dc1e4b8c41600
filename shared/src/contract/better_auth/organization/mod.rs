//! Organizations in the `better_auth` contract: what their operations take in bodies (`requests`) and queries (`queries`), what they
//! answer with (`wire`), and how what belongs to an organization is named (`located`).

mod located;
mod queries;
mod requests;
mod wire;

pub use located::{invitation_named, organization_named, team_named, user_named};
pub use queries::{InvitationQuery, ListMembersQuery, MemberRoleQuery, OrganizationQuery};
pub use requests::{
    CheckSlugRequest, CreateOrganizationRequest, HasPermissionRequest, InvitationRequest, InviteMemberRequest,
    OrganizationRequest, RemoveMemberRequest, SetActiveRequest, UpdateMemberRoleRequest, UpdateOrganizationRequest,
};
pub use wire::{
    ActiveRole, ChangedOrganization, CreatedOrganization, FullOrganization, Invitation, JoinedOrganization, Member,
    Members, Organization, Permitted, ReceivedInvitation, RejectedInvitation, RemovedMember, ShownInvitation,
    SlugIsFree, UpdatedMember,
};
