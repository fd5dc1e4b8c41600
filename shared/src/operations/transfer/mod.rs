//! Moving users: from other systems into this one, and out of it again. Only an operator does so.

pub mod export_users;
pub mod import_user;

pub use export_users::ExportedUser;
pub use import_user::{ImportUserError, ImportedAs, ImportedSecondFactor};
