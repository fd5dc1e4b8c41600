//! `GET /admin/list-users`: all users, searched, filtered, sorted and paged.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shared::contract::better_auth::admin::{ListUsersQuery, SEARCHED, SEARCHES};
use shared::contract::better_auth::{Failure, Query, SignedWith, User};
use shared::domain::UserPermission;
use shared::domain::directory::{self, UserField};
use shared::domain::listing::{Condition, Listing, Operator, Page};
use shared::http::{AppState, Meta};
use shared::operations::SecondFactor;

/// The framework's default.
const DEFAULT_LIMIT: usize = 100;
/// The number of users that fit into one response.
const MAX_LIMIT: usize = 1000;

#[derive(Serialize)]
pub struct UserList {
    users: Vec<User>,
    total: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
}

pub async fn list_users(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<SecondFactor>,
    Query(query): Query<ListUsersQuery>,
) -> Result<Json<UserList>, Failure> {
    app.core.permit(&caller, UserPermission::List)?;
    let (limit, offset) = (count("limit", query.limit)?, count("offset", query.offset)?);
    if limit.is_some_and(|limit| limit > MAX_LIMIT) {
        return Err(invalid(
            "limit",
            &format!("Too big: expected number to be <={MAX_LIMIT}"),
        ));
    }
    let listing = listing(&query, limit, offset)?;
    let listed = app.core.list_users(&caller, &listing, meta.now).await?;
    Ok(Json(UserList {
        users: listed.records.iter().map(User::from).collect(),
        total: listed.total,
        limit,
        offset,
    }))
}

fn listing(query: &ListUsersQuery, limit: Option<usize>, offset: Option<usize>) -> Result<Listing<UserField>, Failure> {
    let descending = match query.sort_direction.as_deref() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(_) => {
            return Err(invalid(
                "sortDirection",
                "Invalid option: expected one of \"asc\"|\"desc\"",
            ));
        }
    };
    let conditions = [search(query)?, filter(query)?];
    Ok(Listing {
        conditions: conditions.into_iter().flatten().collect(),
        sort_by: query.sort_by.as_deref().map(|name| field("sortBy", name)).transpose()?,
        descending,
        page: Page {
            offset: offset.unwrap_or(0),
            limit: limit.unwrap_or(DEFAULT_LIMIT),
        },
    })
}

fn search(query: &ListUsersQuery) -> Result<Option<Condition<UserField>>, Failure> {
    let name = query.search_field.as_deref().unwrap_or("email");
    let field = SEARCHED.into_iter().find(|field| field.as_str() == name);
    let field = field.ok_or_else(|| not_among("searchField", &SEARCHED.map(UserField::as_str)))?;
    let name = query.search_operator.as_deref().unwrap_or("contains");
    let operator = SEARCHES.into_iter().find(|operator| operator.as_str() == name);
    let operator = operator.ok_or_else(|| not_among("searchOperator", &SEARCHES.map(Operator::as_str)))?;
    match query.search_value.as_ref().filter(|value| !value.is_empty()) {
        Some(value) => condition("searchValue", field, operator, std::slice::from_ref(value)).map(Some),
        None => Ok(None),
    }
}

fn filter(query: &ListUsersQuery) -> Result<Option<Condition<UserField>>, Failure> {
    let by = query.filter_field.as_deref().unwrap_or("email");
    let field = field("filterField", by)?;
    let name = query.filter_operator.as_deref().unwrap_or("eq");
    let operator = Operator::parse(name).ok_or_else(|| invalid("filterOperator", "Invalid option"))?;
    match &query.filter_values {
        Some(values) => condition("filterValue", field, operator, values).map(Some),
        None => Ok(None),
    }
}

fn condition(
    name: &str,
    field: UserField,
    operator: Operator,
    values: &[String],
) -> Result<Condition<UserField>, Failure> {
    directory::condition(field, operator, values).map_err(|_| invalid(name, "Invalid input"))
}

fn field(parameter: &str, name: &str) -> Result<UserField, Failure> {
    UserField::parse(name).ok_or_else(|| invalid(parameter, "Invalid option"))
}

/// A non-negative whole number. As in the framework, zero counts as absent.
fn count(name: &str, number: Option<f64>) -> Result<Option<usize>, Failure> {
    match number {
        None => Ok(None),
        Some(number) if number < 0.0 || number.fract() != 0.0 || number > f64::from(u32::MAX) => {
            Err(invalid(name, "Invalid input"))
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was just looked at"
        )]
        Some(number) => Ok(Some(number as usize).filter(|number| *number > 0)),
    }
}

fn not_among(name: &str, options: &[&str]) -> Failure {
    let options: Vec<String> = options.iter().map(|option| format!("\"{option}\"")).collect();
    invalid(name, &format!("Invalid option: expected one of {}", options.join("|")))
}

fn invalid(name: &str, problem: &str) -> Failure {
    Failure::bad_request("VALIDATION_ERROR", format!("[query.{name}] {problem}"))
}
