//! Administrators of the platform sign in, keep their passwords, and act. They are principals of their own; the folder
//! `administration` is about users who have a role over other users.

pub mod admin_attempts;
pub mod admin_list_error;
pub mod authenticate_administrator;
pub mod change_admin_password;
pub mod enroll_admin_totp;
mod open_admin_session;
pub mod refresh_admin_session;
pub mod request_admin_password_reset;
pub mod reset_admin_password;
pub mod sign_in_administrator;

pub use admin_list_error::AdminListError;
pub use authenticate_administrator::{AdminCaller, AdminTokenError};
pub use change_admin_password::{ChangeAdminPassword, ChangeAdminPasswordError, ChangedAdminPassword};
pub use enroll_admin_totp::{EnrollAdminTotpError, EnrolledAdmin};
pub use open_admin_session::OpenedAdminSession;
pub use refresh_admin_session::{RefreshAdminError, RefreshedAdmin};
pub use reset_admin_password::ResetAdminPasswordError;
pub use sign_in_administrator::{SignInAdministrator, SignInAdministratorError};
