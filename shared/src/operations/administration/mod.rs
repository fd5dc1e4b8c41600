//! Actions of administrators and operators on other users.

pub mod administer;
pub mod administer_user_error;
pub mod administrator;
pub mod ban_user;
pub mod check_admin_permission;
pub mod create_admin;
pub mod create_user;
pub mod edit_user;
pub mod get_user;
pub mod grant_admin;
pub mod impersonate_user;
pub mod list_user_sessions;
pub mod list_users;
mod other_administrator;
pub mod remove_user;
pub mod revoke_admin;
pub mod revoke_user_sessions;
pub mod set_role;
pub mod set_user_password;
pub mod stop_impersonating;
pub mod unban_user;

pub use administer_user_error::AdministerUserError;
pub use administrator::Administrator;
pub use ban_user::BanUser;
pub use create_admin::{CreateAdmin, CreateAdminError};
pub use create_user::CreateUser;
pub use edit_user::{Ban, EditUser};
pub use grant_admin::{GrantAdminError, GrantedAdmin};
pub use revoke_admin::{RevokeAdminError, RevokedAdmin};
pub use stop_impersonating::StopImpersonatingError;
