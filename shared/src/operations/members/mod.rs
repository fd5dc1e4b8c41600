//! Members of an organization and their roles.

pub mod change_member_roles;
pub mod check_permission;
pub mod join_organization;
pub mod leave_organization;
pub mod list_members;
pub mod remove_member;

pub use change_member_roles::{ChangeMemberRoles, ChangeMemberRolesError};
pub use check_permission::{CheckPermissionError, MemberRoleError};
pub use join_organization::{JoinOrganizationError, Joined};
pub use leave_organization::LeaveOrganizationError;
pub use list_members::{FullOrganization, ListMembers, ListMembersError};
pub use remove_member::{MemberName, RemoveMember, RemoveMemberError};
