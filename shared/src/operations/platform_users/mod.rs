//! Users, as administrators of the platform see and change them.

pub mod create_platform_user;
pub mod delete_platform_user;
pub mod list_platform_users;
mod platform_user_error;
pub mod reset_password_of_user;
pub mod show_platform_user;
pub mod update_platform_user;

pub use create_platform_user::CreatePlatformUser;
pub use list_platform_users::UserFilter;
pub use platform_user_error::PlatformUserError;
pub use show_platform_user::PlatformUser;
pub use update_platform_user::UpdatePlatformUser;
