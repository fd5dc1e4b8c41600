//! The app roles that organizations may give to their members.

pub mod list_app_roles;
