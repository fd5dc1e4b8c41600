//! A user's own record: profile, username, deletion.

pub mod build_user;
pub mod check_username;
pub mod delete_user;
pub mod drop_user_remains;
pub mod erase_user;
pub mod find_user_by_email;
pub mod reclaim_account;
mod rename_user;
mod revoke_all_credentials;
pub mod show_profile;
pub mod update_user;

pub use delete_user::{DeleteUser, DeleteUserError, Deletion};
pub use show_profile::{OwnProfile, ShowProfileError};
pub use update_user::{UpdateProfile, UpdateUser, UpdateUserError};
