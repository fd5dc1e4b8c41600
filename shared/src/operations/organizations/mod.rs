//! Organizations: creation, change, deletion, and the organization that a session acts for.

pub mod check_slug;
pub mod create_business_organization;
pub mod create_organization;
pub mod delete_organization;
pub mod find_organization;
pub mod list_organizations;
pub(in crate::operations) mod locate_organization;
pub(in crate::operations) mod new_organization;
mod plan_terms;
mod purge_organization;
pub mod set_active_organization;
pub mod switch_organization;
pub mod update_organization;

pub use create_organization::{CreateOrganization, CreateOrganizationError};
pub use delete_organization::DeleteOrganizationError;
pub use find_organization::FindOrganizationError;
pub use locate_organization::OrganizationName;
pub(in crate::operations) use locate_organization::expect_writable;
pub use set_active_organization::SetActiveOrganizationError;
pub use switch_organization::{SwitchOrganizationError, SwitchedOrganization};
pub use update_organization::UpdateOrganizationError;
