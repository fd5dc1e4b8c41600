//! The roles that a deployment configures, as JSON: role, resource, actions. `{"editor": {"project": ["create",
//! "update"]}}`

use std::collections::BTreeMap;

use super::{InvalidSetting, invalid};
use crate::domain::{AccessRoles, AdminRoles, RoleName, Statements};

const ORGANIZATION_ROLES: &str = "ORGANIZATION_ROLES";
const ADMIN_ROLES: &str = "ADMIN_ROLES";

/// The built-in roles of organizations, with the additions and changes of `json`.
pub(super) fn of_organizations(json: Option<&str>) -> Result<AccessRoles, InvalidSetting> {
    Ok(AccessRoles::default().with(described(ORGANIZATION_ROLES, json)?))
}

/// The built-in administrative roles, with the additions and changes of `json`.
pub(super) fn of_administration(json: Option<&str>) -> Result<AdminRoles, InvalidSetting> {
    let roles = AdminRoles::default().with(described(ADMIN_ROLES, json)?);
    roles.map_err(|error| invalid(ADMIN_ROLES, error))
}

fn described(setting: &'static str, json: Option<&str>) -> Result<Vec<(RoleName, Statements)>, InvalidSetting> {
    let json = json.unwrap_or("{}");
    let configured: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_json::from_str(json).map_err(|error| invalid(setting, error))?;
    let mut roles = Vec::with_capacity(configured.len());
    for (name, statements) in configured {
        let name = RoleName::parse(&name).map_err(|error| invalid(setting, format!("{name:?}: {error}")))?;
        roles.push((name, Statements::of(statements)));
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MemberRoles, Permission};

    #[test]
    fn a_deployment_can_add_roles() {
        let roles = of_organizations(Some(
            r#"{"recruiter": {"invitation": ["create"], "vacancy": ["create", "close"]}}"#,
        ));
        let roles = roles.expect("roles");
        let recruiter = MemberRoles::of([RoleName::parse("recruiter").expect("a name")]).expect("roles");
        assert!(roles.permit(&recruiter, &Permission::CREATE_INVITATION.into()));
        assert!(!roles.permit(&recruiter, &Permission::CANCEL_INVITATION.into()));
    }

    #[test]
    fn the_default_roles_are_those_of_the_framework() {
        assert_eq!(of_organizations(None).expect("roles"), AccessRoles::default());
        assert_eq!(of_administration(None).expect("roles"), AdminRoles::default());
    }

    #[test]
    fn invalid_roles_are_named() {
        for text in [
            "[]",
            "{",
            r#"{"editor": ["update"]}"#,
            r#"{"editor": {"x": "y"}}"#,
            r#"{"a b": {}}"#,
            r#"{"": {}}"#,
        ] {
            assert_eq!(of_organizations(Some(text)).expect_err(text).name, ORGANIZATION_ROLES);
            assert_eq!(of_administration(Some(text)).expect_err(text).name, ADMIN_ROLES);
        }
    }

    #[test]
    fn an_administrative_role_has_no_unknown_permission_and_none_over_the_platform() {
        for text in [
            r#"{"support": {"user": ["impersonat"]}}"#,
            r#"{"support": {"session": ["ban"]}}"#,
            r#"{"super_admin": {"user": ["list"]}}"#,
            r#"{"platform_admin": {}}"#,
        ] {
            assert_eq!(of_administration(Some(text)).expect_err(text).name, ADMIN_ROLES);
        }
        let own =
            r#"{"support": {"user": ["list", "impersonate-admins"], "ticket": ["close"]}, "admin": {}, "user": {}}"#;
        assert!(of_administration(Some(own)).is_ok());
    }
}
