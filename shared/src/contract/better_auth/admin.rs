//! The administration of users in the `better_auth` contract: what its operations are asked, and what they answer with.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::profile_fields::{NAME, bounded, display_username, image};
use super::wire::{Session, User};
use crate::contract::fields::{Fields, Problem, ReadBody};
use crate::domain::directory::{Field, Operator};
use crate::domain::{Patch, Statements};

#[derive(Debug)]
pub struct SetRoleRequest {
    pub user_id: String,
    pub roles: Vec<String>,
}

#[derive(Debug)]
pub struct CreateUserRequest {
    /// Any text: what is no address is told apart from what is no body.
    pub email: String,
    pub password: Option<String>,
    pub name: String,
    pub roles: Option<Vec<String>>,
    pub data: UserData,
}

#[derive(Debug)]
pub struct AdminUpdateUserRequest {
    pub user_id: String,
    pub data: UserData,
}

/// Fields of a user by their names, as administrators send them.
#[derive(Debug, Default)]
pub struct UserData {
    pub is_empty: bool,
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_verified: Option<bool>,
    pub image: Patch<String>,
    pub username: Option<String>,
    pub display_username: Option<String>,
    pub roles: Option<Vec<String>>,
    pub banned: Option<bool>,
    pub ban_reason: Option<String>,
    pub ban_expires: Option<Timestamp>,
    pub has_password: bool,
    pub has_id: bool,
    /// The first field that nobody sets, or that nobody knows.
    pub forbidden: Option<String>,
}

/// Who is meant, where that is all that is asked.
#[derive(Debug)]
pub struct UserIdRequest {
    pub user_id: String,
}

#[derive(Debug)]
pub struct GetUserQuery {
    pub id: String,
}

#[derive(Debug)]
pub struct BanUserRequest {
    pub user_id: String,
    pub ban_reason: Option<String>,
    /// Seconds.
    pub ban_expires_in: Option<f64>,
}

#[derive(Debug)]
pub struct RevokeUserSessionRequest {
    pub session_token: String,
}

#[derive(Debug)]
pub struct SetUserPasswordRequest {
    pub new_password: String,
    pub user_id: String,
}

/// Actions by resource.
#[derive(Debug)]
pub struct HasPermissionRequest {
    pub permissions: Option<Statements>,
}

/// Names as they were sent: what is not among the known ones is told apart from what is no query.
#[derive(Debug)]
pub struct ListUsersQuery {
    pub search_value: Option<String>,
    pub search_field: Option<String>,
    pub search_operator: Option<String>,
    pub limit: Option<f64>,
    pub offset: Option<f64>,
    pub sort_by: Option<String>,
    pub sort_direction: Option<String>,
    pub filter_field: Option<String>,
    pub filter_values: Option<Vec<String>>,
    pub filter_operator: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct AdministeredUser {
    pub user: User,
}

#[derive(Debug, Serialize)]
pub struct SessionAndUser {
    pub session: Session,
    pub user: User,
}

impl ReadBody for SetRoleRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (user_id, roles) = (user_id(fields), fields.strings("role"));
        Some(Self {
            user_id: user_id?,
            roles: owned(roles?),
        })
    }
}

impl ReadBody for CreateUserRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, name) = (fields.string("email"), fields.text("name", 0, NAME));
        let (password, roles) = (fields.optional_string("password"), roles(fields));
        let data = match fields.value("data") {
            None | Some(Value::Null) => Some(UserData::default()),
            Some(_) => fields.object_or_json("data", read_data),
        };
        Some(Self {
            email: email?.to_owned(),
            password: password?.map(str::to_owned),
            name: name?.to_owned(),
            roles: roles?,
            data: data?,
        })
    }
}

impl ReadBody for AdminUpdateUserRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (user_id, data) = (user_id(fields), fields.object_or_json("data", read_data));
        Some(Self {
            user_id: user_id?,
            data: data?,
        })
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

fn read_data(fields: &mut Fields<'_>) -> Option<UserData> {
    let name = if fields.contains("name") {
        fields.text("name", 0, NAME).map(Some)
    } else {
        Some(None)
    };
    let (email, verified) = (fields.optional_string("email"), fields.optional_bool("emailVerified"));
    let (image, roles) = (image(fields), roles(fields));
    let (username, shown) = (fields.optional_string("username"), display_username(fields));
    let (banned, reason) = (fields.optional_bool("banned"), bounded(fields, "banReason"));
    let expires = ban_expires(fields);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Some(UserData {
        is_empty: fields.names().next().is_none(),
        name: owned(name?),
        email: owned(email?),
        email_verified: verified?,
        image: image?,
        username: owned(username?),
        display_username: shown?,
        roles: roles?,
        banned: banned?,
        ban_reason: reason?,
        ban_expires: expires?,
        has_password: fields.contains("password"),
        has_id: fields.contains("id"),
        forbidden: fields
            .names()
            .find(|name| !DATA_FIELDS.contains(name))
            .map(str::to_owned),
    })
}

#[expect(
    clippy::option_option,
    reason = "the outer one says whether the field is sound, the inner one whether it is there"
)]
fn ban_expires(fields: &mut Fields<'_>) -> Option<Option<Timestamp>> {
    let Some(text) = fields.optional_string("banExpires")? else {
        return Some(None);
    };
    match text.parse() {
        Ok(time) => Some(Some(time)),
        Err(_) => fields.problem(
            "banExpires",
            Problem::WrongType {
                expected: "date",
                received: "string",
            },
        ),
    }
}

#[expect(
    clippy::option_option,
    reason = "the outer one says whether the field is sound, the inner one whether it is there"
)]
fn roles(fields: &mut Fields<'_>) -> Option<Option<Vec<String>>> {
    optional_strings(fields, "role")
}

/// One string, or a list of them, or none.
#[expect(
    clippy::option_option,
    reason = "the outer one says whether the field is sound, the inner one whether it is there"
)]
fn optional_strings(fields: &mut Fields<'_>, name: &str) -> Option<Option<Vec<String>>> {
    match fields.value(name) {
        None | Some(Value::Null) => Some(None),
        Some(_) => fields.strings(name).map(owned).map(Some),
    }
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

/// A number stands for an id in some clients, which is then nobody's.
fn user_id(fields: &mut Fields<'_>) -> Option<String> {
    match fields.value("userId") {
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => fields.string("userId").map(str::to_owned),
    }
}

impl ReadBody for UserIdRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            user_id: user_id(fields)?,
        })
    }
}

impl ReadBody for GetUserQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            id: fields.string("id")?.to_owned(),
        })
    }
}

impl ReadBody for BanUserRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (user_id, reason) = (user_id(fields), bounded(fields, "banReason"));
        let expires = fields.optional_number("banExpiresIn")?;
        if expires.is_some_and(|seconds| seconds < 0.0) {
            let problem = Problem::WrongType {
                expected: "nonnegative number",
                received: "number",
            };
            return fields.problem("banExpiresIn", problem);
        }
        Some(Self {
            user_id: user_id?,
            ban_reason: reason?,
            ban_expires_in: expires,
        })
    }
}

impl ReadBody for RevokeUserSessionRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            session_token: fields.string("sessionToken")?.to_owned(),
        })
    }
}

impl ReadBody for SetUserPasswordRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (new_password, user_id) = (fields.string("newPassword"), user_id(fields));
        Some(Self {
            new_password: new_password?.to_owned(),
            user_id: user_id?,
        })
    }
}

impl ReadBody for HasPermissionRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        // Older clients say `permission`.
        let name = if fields.contains("permissions") {
            "permissions"
        } else {
            "permission"
        };
        let Some(asked) = fields.value(name).filter(|asked| !asked.is_null()) else {
            return Some(Self { permissions: None });
        };
        let statements: Option<Vec<_>> = asked.as_object().and_then(|asked| {
            asked
                .iter()
                .map(|(resource, actions)| Some((resource.clone(), texts(actions)?)))
                .collect()
        });
        match statements {
            Some(permissions) => Some(Self {
                permissions: Some(Statements::of(permissions)),
            }),
            None => fields.problem(
                name,
                Problem::WrongType {
                    expected: "record",
                    received: "object",
                },
            ),
        }
    }
}

fn texts(list: &Value) -> Option<Vec<String>> {
    let texts = list.as_array()?.iter();
    texts.map(|text| Some(text.as_str()?.to_owned())).collect()
}

impl ReadBody for ListUsersQuery {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut text = |name| fields.optional_string(name).map(|text| text.map(str::to_owned));
        let (search_value, search_field) = (text("searchValue"), text("searchField"));
        let (search_operator, sort_by) = (text("searchOperator"), text("sortBy"));
        let (sort_direction, filter_field) = (text("sortDirection"), text("filterField"));
        let filter_operator = text("filterOperator");
        let (limit, offset) = (fields.optional_number("limit"), fields.optional_number("offset"));
        let filter_values = optional_strings(fields, "filterValue");
        Some(Self {
            search_value: search_value?,
            search_field: search_field?,
            search_operator: search_operator?,
            limit: limit?,
            offset: offset?,
            sort_by: sort_by?,
            sort_direction: sort_direction?,
            filter_field: filter_field?,
            filter_values: filter_values?,
            filter_operator: filter_operator?,
        })
    }
}

/// The fields in which a search looks; a filter looks in all of them.
pub const SEARCHED: [Field; 2] = [Field::Email, Field::Name];
pub const SEARCHES: [Operator; 3] = [Operator::Contains, Operator::StartsWith, Operator::EndsWith];
