//! Organizations, as administrators of the platform see and change them.

pub mod list_platform_organizations;
pub mod show_platform_organization;
pub mod update_platform_organization;

pub use show_platform_organization::{PlatformOrganization, ShowPlatformOrganizationError};
pub use update_platform_organization::{UpdatePlatformOrganization, UpdatePlatformOrganizationError};
