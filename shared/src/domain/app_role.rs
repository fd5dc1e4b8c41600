//! App-role matrices: for each application, the roles that organizations may give their members in it.

use serde::{Deserialize, Serialize};

use super::catalogue::Catalogued;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppRoleMatrix {
    /// The name of the application.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub roles: Vec<String>,
    /// An inactive matrix is shown to administrators only.
    pub active: bool,
}

impl AppRoleMatrix {
    /// Longest name of an application, in characters.
    pub const NAME: usize = 100;
    pub const DESCRIPTION: usize = 500;
    /// Longest name of a role, in characters.
    pub const ROLE: usize = 64;
    pub const ROLES: usize = 50;

    /// The form in which names are compared: two names that differ in case only would be confused.
    pub fn key(name: &str) -> String {
        name.to_lowercase()
    }
}

impl Catalogued for AppRoleMatrix {
    const KIND: &'static str = "app_role_matrix";
    const TITLE: &'static str = "App role matrix";
    const LIMIT: u32 = 100;

    fn unique_name(&self) -> Option<String> {
        Some(Self::key(&self.name))
    }
}
