//! Parsers for fields that several requests of the `accounts` contract have. An absent field is distinguished from
//! `null`, which the document permits only where it says so.

use serde_json::Value;

use crate::contract::fields::{Fields, Problem, Read};
use crate::domain::number::whole_number;
use crate::domain::text::UnknownName;
use crate::domain::{AccountRole, EmailAddress, OrganizationNumber, UserNumber};

const NUMBER: &str = "a whole number from 1";
const ROLE: &str = "the name of a role";
const ASSIGNABLE_ROLE: &str = "COACH, ADMIN, COACHEE, ASSOCIATE, MANAGER, SPONSOR or GROUP_ADMIN";

/// The number of an account or a user: at least one.
fn positive(fields: &mut Fields<'_>, name: &str) -> Read<u64> {
    let number = fields.value(name).and_then(whole_number).filter(|number| *number > 0);
    number.or_else(|| fields.not_a(name, NUMBER))
}

pub fn account_id(fields: &mut Fields<'_>, name: &str) -> Read<OrganizationNumber> {
    positive(fields, name).map(OrganizationNumber)
}

/// The number of an account, which may be one that no account has, unless the field is absent.
pub fn any_account_id(fields: &mut Fields<'_>, name: &str) -> Read<Option<OrganizationNumber>> {
    match fields.value(name) {
        None => Some(None),
        Some(value) => match whole_number(value) {
            Some(number) => Some(Some(OrganizationNumber(number))),
            None => fields.not_a(name, "a whole number"),
        },
    }
}

/// The number of a user; absent and `null` are the same.
pub fn nullable_user_id(fields: &mut Fields<'_>, name: &str) -> Read<Option<UserNumber>> {
    match fields.present(name) {
        None => Some(None),
        Some(_) => positive(fields, name).map(|number| Some(UserNumber(number))),
    }
}

/// The number of a program, which only the application knows.
pub fn program_id(fields: &mut Fields<'_>, name: &str) -> Read<Option<u64>> {
    match fields.value(name) {
        None => Some(None),
        Some(value) => match whole_number(value) {
            Some(number) => Some(Some(number)),
            None => fields.not_a(name, "a whole number from 0"),
        },
    }
}

/// A name of an enumeration, unless the field is absent.
pub fn optional_name_of<T: std::str::FromStr<Err = UnknownName>>(
    fields: &mut Fields<'_>,
    name: &str,
    expected: &'static str,
) -> Read<Option<T>> {
    match fields.value(name) {
        None => Some(None),
        Some(value) => match value.as_str().and_then(|text| text.parse().ok()) {
            Some(known) => Some(Some(known)),
            None => fields.not_a(name, expected),
        },
    }
}

/// Any role, `SUPER_ADMIN` included.
pub fn any_role(fields: &mut Fields<'_>, name: &str) -> Read<AccountRole> {
    let role = fields.value(name).and_then(Value::as_str).and_then(AccountRole::parse);
    role.or_else(|| fields.not_a(name, ROLE))
}

pub fn optional_any_role(fields: &mut Fields<'_>, name: &str) -> Read<Option<AccountRole>> {
    optional_name_of(fields, name, ROLE)
}

/// A role of an account. `SUPER_ADMIN` is a role of the service.
pub fn assignable_role(fields: &mut Fields<'_>, name: &str) -> Read<AccountRole> {
    let role = fields.value(name).and_then(assignable);
    role.or_else(|| fields.not_a(name, ASSIGNABLE_ROLE))
}

/// At least one role of an account, unless the field is absent.
pub fn assignable_roles(fields: &mut Fields<'_>, name: &str) -> Read<Option<Vec<AccountRole>>> {
    let Some(value) = fields.value(name) else {
        return Some(None);
    };
    let Some(items) = value.as_array() else {
        return fields.not_a(name, "a list of roles");
    };
    if items.is_empty() {
        return fields.not_a(name, "a list of at least one role");
    }
    let roles: Option<Vec<AccountRole>> = items.iter().map(assignable).collect();
    match roles {
        Some(roles) => Some(Some(roles)),
        None => fields.not_a(
            name,
            "a list of roles, each of which is COACH, ADMIN, COACHEE, ASSOCIATE, MANAGER, SPONSOR or GROUP_ADMIN",
        ),
    }
}

fn assignable(value: &Value) -> Option<AccountRole> {
    let role = AccountRole::parse(value.as_str()?)?;
    (role != AccountRole::SuperAdmin).then_some(role)
}

/// An address, unless the field is absent.
pub fn optional_email(fields: &mut Fields<'_>, name: &str) -> Read<Option<EmailAddress>> {
    if !fields.contains(name) {
        return Some(None);
    }
    let text = fields.string(name)?;
    match EmailAddress::parse(text) {
        Ok(email) => Some(Some(email)),
        Err(_) => fields.problem(name, Problem::NotAnEmail),
    }
}
