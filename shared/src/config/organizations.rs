//! The roles of organizations, as JSON: role, resource, actions. `{"editor": {"project": ["create", "update"]}}`

use std::collections::BTreeMap;

use super::{InvalidSetting, invalid};
use crate::domain::{AccessRoles, RoleName, Statements};

const NAME: &str = "ORGANIZATION_ROLES";

/// Those that are always there, and what `json` adds to them or changes of them.
pub(super) fn roles(json: Option<&str>) -> Result<AccessRoles, InvalidSetting> {
    let json = json.unwrap_or("{}");
    let told: BTreeMap<String, BTreeMap<String, Vec<String>>> =
        serde_json::from_str(json).map_err(|error| invalid(NAME, error))?;
    let mut roles = Vec::with_capacity(told.len());
    for (name, statements) in told {
        let name = RoleName::parse(&name).map_err(|error| invalid(NAME, format!("{name:?}: {error}")))?;
        roles.push((name, Statements::of(statements)));
    }
    Ok(AccessRoles::default().with(roles))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MemberRoles, Permission};

    #[test]
    fn a_deployment_has_roles_of_its_own() {
        let roles = roles(Some(
            r#"{"recruiter": {"invitation": ["create"], "vacancy": ["create", "close"]}}"#,
        ));
        let roles = roles.expect("roles");
        let recruiter = MemberRoles::of([RoleName::parse("recruiter").expect("a name")]).expect("roles");
        assert!(roles.permit(&recruiter, &Permission::CREATE_INVITATION.into()));
        assert!(!roles.permit(&recruiter, &Permission::CANCEL_INVITATION.into()));
    }

    #[test]
    fn without_any_there_are_those_of_the_framework() {
        assert_eq!(roles(None).expect("roles"), AccessRoles::default());
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
            assert_eq!(roles(Some(text)).expect_err(text).name, NAME);
        }
    }
}
