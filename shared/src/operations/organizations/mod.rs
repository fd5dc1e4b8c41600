//! Organizations: creation, change, deletion, and the organization that a session acts for.

pub mod change_organization;
pub mod create_organization;
pub mod delete_organization;
pub mod find_organization;
pub mod set_active_organization;
pub mod update_organization;

pub use change_organization::{ChangeOrganizationError, ChangedOrganization};
pub use create_organization::{CreateOrganization, CreateOrganizationError};
pub use delete_organization::DeleteOrganizationError;
pub use find_organization::{FindOrganizationError, OrganizationName};
pub use set_active_organization::SetActiveOrganizationError;
pub use update_organization::UpdateOrganizationError;
