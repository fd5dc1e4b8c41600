//! Members of an organization and their roles.

pub mod change_app_roles;
pub mod change_member_roles;
pub mod check_permission;
pub mod find_member_roles;
pub mod find_membership;
mod grant_roles;
pub mod join_open_organization;
pub mod join_organization;
pub mod leave_organization;
pub mod list_members;
pub mod remove_member;
pub mod show_full_organization;
pub mod transfer_ownership;
mod users_of_members;

pub use change_app_roles::{ChangeAppRoles, ChangeAppRolesError};
pub use change_member_roles::{ChangeMemberRoles, ChangeMemberRolesError};
pub use check_permission::CheckPermissionError;
pub use find_member_roles::MemberRoleError;
pub use join_open_organization::JoinOpenOrganizationError;
pub use join_organization::{JoinOrganizationError, Joined};
pub use leave_organization::LeaveOrganizationError;
pub use list_members::{ListMembers, ListMembersError};
pub use remove_member::{MemberName, RemoveMember, RemoveMemberError};
pub use show_full_organization::FullOrganization;
pub use transfer_ownership::TransferOwnershipError;
