//! What administrators and operators do to users who are not themselves.

pub mod administer_sessions;
pub mod administer_user;
pub mod ban_user;
pub mod create_admin;
pub mod create_user;
pub mod edit_user;
pub mod get_user;
pub mod grant_admin;
pub mod impersonate_user;
pub mod list_users;
pub mod remove_user;
pub mod revoke_admin;
pub mod set_role;
pub mod set_user_password;

pub use administer_user::AdministerUserError;
pub use ban_user::BanUser;
pub use create_admin::{CreateAdmin, CreateAdminError};
pub use create_user::CreateUser;
pub use edit_user::{Ban, EditUser};
pub use grant_admin::{GrantAdminError, GrantedAdmin};
pub use impersonate_user::StopImpersonatingError;
pub use revoke_admin::{RevokeAdminError, RevokedAdmin};
