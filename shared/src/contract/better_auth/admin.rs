//! The administration of users in the `better_auth` contract: requests and responses.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::profile_fields::{NAME, display_username, image};
use super::wire::{Session, User};
use crate::contract::fields::parsers::{is_present, name, nullable_text, optional_name, statements};
use crate::contract::fields::{Fields, Problem, Read, ReadBody as _, request};
use crate::domain::directory::UserField;
use crate::domain::listing::Operator;
use crate::domain::{Name, Patch, Statements};

request! {
    pub struct SetRoleRequest {
        user_id: String = user_id(),
        roles: Vec<String> = "role",
    }

    pub struct CreateUserRequest {
        /// Any text is accepted: the operation reports an invalid address with an error of its own.
        email: String = "email",
        name: Name = name("name", 0, NAME),
        password: Option<String> = "password",
        roles: Option<Vec<String>> = "role",
        data: UserData = optional_data(),
    }

    pub struct AdminUpdateUserRequest {
        user_id: String = user_id(),
        data: UserData = data(),
    }

    /// Fields of a user by name, as the administrator sends them.
    #[derive(Default)]
    pub struct UserData {
        name: Option<Name> = optional_name("name", 0, NAME),
        email: Option<String> = "email",
        email_verified: Option<bool> = "emailVerified",
        image: Patch<String> = image(),
        roles: Option<Vec<String>> = "role",
        username: Option<String> = "username",
        display_username: Option<String> = display_username(),
        banned: Option<bool> = "banned",
        ban_reason: Option<String> = nullable_text("banReason", NAME),
        ban_expires: Option<Timestamp> = ban_expires(),
        has_password: bool = is_present("password"),
        has_id: bool = is_present("id"),
        is_empty: bool = is_empty(),
        /// The first field that is unknown, or that no operation sets.
        forbidden: Option<String> = first_unknown(),
    }

    /// The request of an operation that takes only a user.
    pub struct UserIdRequest {
        user_id: String = user_id(),
    }

    pub struct GetUserQuery {
        id: String = "id",
    }

    pub struct BanUserRequest {
        user_id: String = user_id(),
        ban_reason: Option<String> = nullable_text("banReason", NAME),
        /// In seconds.
        ban_expires_in: Option<f64> = ban_expires_in(),
    }

    pub struct RevokeUserSessionRequest {
        session_token: String = "sessionToken",
    }

    pub struct SetUserPasswordRequest {
        new_password: String = "newPassword",
        user_id: String = user_id(),
    }

    pub struct HasPermissionRequest {
        /// Actions by resource.
        permissions: Option<Statements> = permissions(),
    }

    /// Role names as they were sent: the operation reports an unknown name with an error of its own.
    pub struct ListUsersQuery {
        search_value: Option<String> = "searchValue",
        search_field: Option<String> = "searchField",
        search_operator: Option<String> = "searchOperator",
        sort_by: Option<String> = "sortBy",
        sort_direction: Option<String> = "sortDirection",
        filter_field: Option<String> = "filterField",
        filter_operator: Option<String> = "filterOperator",
        limit: Option<f64> = "limit",
        offset: Option<f64> = "offset",
        filter_values: Option<Vec<String>> = "filterValue",
    }
}

const DATA_FIELDS: [&str; 12] = [
    "name",
    "email",
    "emailVerified",
    "image",
    "username",
    "displayUsername",
    "role",
    "banned",
    "banReason",
    "banExpires",
    "password",
    "id",
];

fn data(fields: &mut Fields<'_>) -> Read<UserData> {
    fields.object_or_json("data", UserData::read)
}

fn optional_data(fields: &mut Fields<'_>) -> Read<UserData> {
    match fields.present("data") {
        None => Some(UserData::default()),
        Some(_) => data(fields),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it is a parser, and presence is no problem")]
fn is_empty(fields: &mut Fields<'_>) -> Read<bool> {
    Some(fields.names().next().is_none())
}

#[expect(clippy::unnecessary_wraps, reason = "it is a parser, and presence is no problem")]
fn first_unknown(fields: &mut Fields<'_>) -> Read<Option<String>> {
    let unknown = fields.names().find(|name| !DATA_FIELDS.contains(name));
    Some(unknown.map(str::to_owned))
}

fn ban_expires(fields: &mut Fields<'_>) -> Read<Option<Timestamp>> {
    let Some(text) = fields.optional_string("banExpires")? else {
        return Some(None);
    };
    let time = text.parse().ok().map(Some);
    time.or_else(|| fields.not_a("banExpires", "date"))
}

/// Some clients send an id as a number, which never identifies a user.
fn user_id(fields: &mut Fields<'_>) -> Read<String> {
    match fields.value("userId") {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => fields.string("userId").map(str::to_owned),
    }
}

fn ban_expires_in(fields: &mut Fields<'_>) -> Read<Option<f64>> {
    let seconds = fields.optional_number("banExpiresIn")?;
    if seconds.is_some_and(|seconds| seconds < 0.0) {
        let (expected, received) = ("nonnegative number", "number");
        return fields.problem("banExpiresIn", Problem::WrongType { expected, received });
    }
    Some(seconds)
}

/// Older clients name the field `permission`.
fn permissions(fields: &mut Fields<'_>) -> Read<Option<Statements>> {
    let name = if fields.contains("permissions") {
        "permissions"
    } else {
        "permission"
    };
    let Some(asked) = fields.present(name) else {
        return Some(None);
    };
    let (expected, received) = ("record", "object");
    let statements = statements(asked).map(Some);
    statements.or_else(|| fields.problem(name, Problem::WrongType { expected, received }))
}

/// The fields that a search covers; a filter supports all of them.
pub const SEARCHED: [UserField; 2] = [UserField::Email, UserField::Name];
pub const SEARCHES: [Operator; 3] = [Operator::Contains, Operator::StartsWith, Operator::EndsWith];

#[derive(Debug, Serialize)]
pub struct AdministeredUser {
    pub user: User,
}

#[derive(Debug, Serialize)]
pub struct SessionAndUser {
    pub session: Session,
    pub user: User,
}
