//! The roles that a deployment describes, as JSON: role, resource, actions. `{"editor": {"project": ["create", "update"]}}`

use std::collections::BTreeMap;

use super::{InvalidSetting, invalid};
use crate::domain::{AccessRoles, AdminRoles, RoleName, Statements};

const OF_ORGANIZATIONS: &str = "ORGANIZATION_ROLES";
const OF_ADMINISTRATION: &str = "ADMIN_ROLES";

/// Those that are always there, and what `json` adds to them or changes of them.
pub(super) fn of_organizations(json: Option<&str>) -> Result<AccessRoles, InvalidSetting> {
    Ok(AccessRoles::default().with(described(OF_ORGANIZATIONS, json)?))
}

/// The same for roles over other users.
pub(super) fn of_administration(json: Option<&str>) -> Result<AdminRoles, InvalidSetting> {
    let roles = AdminRoles::default().with(described(OF_ADMINISTRATION, json)?);
    roles.map_err(|error| invalid(OF_ADMINISTRATION, error))
}

fn described(setting: &'static str, json: Option<&str>) -> Result<Vec<(RoleName, Statements)>, InvalidSetting> {
    let json = json.unwrap_or("{}");
    let told: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_json::from_str(json).map_err(|error| invalid(setting, error))?;
    let mut roles = Vec::with_capacity(told.len());
    for (name, statements) in told {
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
    fn a_deployment_has_roles_of_its_own() {
        let roles = of_organizations(Some(
            r#"{"recruiter": {"invitation": ["create"], "vacancy": ["create", "close"]}}"#,
        ));
        let roles = roles.expect("roles");
        let recruiter = MemberRoles::of([RoleName::parse("recruiter").expect("a name")]).expect("roles");
        assert!(roles.permit(&recruiter, &Permission::CREATE_INVITATION.into()));
        assert!(!roles.permit(&recruiter, &Permission::CANCEL_INVITATION.into()));
    }

    #[test]
    fn without_any_there_are_those_of_the_framework() {
        assert_eq!(of_organizations(None).expect("roles"), AccessRoles::default());
        assert_eq!(of_administration(None).expect("roles"), AdminRoles::default());
    }

    #[test]
    fn what_is_no_list_of_roles_is_named() {
        for text in [
            "[]",
            "{",
            r#"{"editor": ["update"]}"#,
            r#"{"editor": {"x": "y"}}"#,
            r#"{"a b": {}}"#,
            r#"{"": {}}"#,
        ] {
            assert_eq!(of_organizations(Some(text)).expect_err(text).name, OF_ORGANIZATIONS);
            assert_eq!(of_administration(Some(text)).expect_err(text).name, OF_ADMINISTRATION);
        }
    }

    #[test]
    fn who_administers_has_no_misspelt_right_and_no_right_over_the_platform() {
        for text in [
            r#"{"support": {"user": ["impersonat"]}}"#,
            r#"{"support": {"session": ["ban"]}}"#,
            r#"{"super_admin": {"user": ["list"]}}"#,
            r#"{"platform_admin": {}}"#,
        ] {
            assert_eq!(of_administration(Some(text)).expect_err(text).name, OF_ADMINISTRATION);
        }
        let own =
            r#"{"support": {"user": ["list", "impersonate-admins"], "ticket": ["close"]}, "admin": {}, "user": {}}"#;
        assert!(of_administration(Some(own)).is_ok());
    }
}
