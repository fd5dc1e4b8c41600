//! App-role matrices in the `platform` contract: as administrators keep them, and as members see them.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::paging::{PageQuery, Paginated, page};
use super::records::{AdministeredRecord, Toggled, WrittenRecord};
use crate::contract::fields::parsers::{each_once, name, optional, optional_name, optional_text};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::time::time;
use crate::domain::listing::{Listed, Page};
use crate::domain::{AppRoleMatrix, Entry, invisible};

/// The kind of records.
#[derive(Debug)]
pub struct AppRoleMatrices;

request! {
    pub struct CreateAppRoleMatrix {
        name: String = name("name", 1, AppRoleMatrix::NAME),
        description: Option<String> = optional_text("description", 0, AppRoleMatrix::DESCRIPTION),
        roles: Vec<String> = roles("roles"),
        active: bool = "active".unwrap_or(true),
    }

    pub struct UpdateAppRoleMatrix {
        name: Option<String> = optional_name("name", 1, AppRoleMatrix::NAME),
        description: Option<String> = optional_text("description", 0, AppRoleMatrix::DESCRIPTION),
        roles: Option<Vec<String>> = optional("roles", roles),
        active: Option<bool> = "active",
    }

    pub struct AppRoleMatrixQuery {
        page: PageQuery = page(),
        active_only: bool = "activeOnly".unwrap_or(false),
    }
}

impl AdministeredRecord for AppRoleMatrices {
    type Value = AppRoleMatrix;
    type Query = AppRoleMatrixQuery;
    type Response = AppRoleMatrixResponse;
    type List = Paginated<AppRoleMatrixResponse>;

    const DELETED: &'static str = "App role matrix deleted successfully";

    fn page(query: &AppRoleMatrixQuery) -> &PageQuery {
        &query.page
    }

    fn matches(query: &AppRoleMatrixQuery, value: &AppRoleMatrix) -> bool {
        value.active || !query.active_only
    }

    fn list(listed: Listed<Entry<AppRoleMatrix>>, query: &AppRoleMatrixQuery) -> Self::List {
        Paginated::of(listed, &query.page, AppRoleMatrixResponse::from)
    }
}

impl WrittenRecord for AppRoleMatrices {
    type Create = CreateAppRoleMatrix;
    type Update = UpdateAppRoleMatrix;

    fn update(value: &mut AppRoleMatrix, update: &UpdateAppRoleMatrix) {
        if let Some(name) = &update.name {
            value.name.clone_from(name);
        }
        if let Some(description) = &update.description {
            value.description = Some(description.clone());
        }
        if let Some(roles) = &update.roles {
            value.roles.clone_from(roles);
        }
        value.active = update.active.unwrap_or(value.active);
    }
}

impl Toggled for AppRoleMatrices {
    fn is_active(value: &mut AppRoleMatrix) -> &mut bool {
        &mut value.active
    }
}

impl From<CreateAppRoleMatrix> for AppRoleMatrix {
    fn from(body: CreateAppRoleMatrix) -> Self {
        Self {
            name: body.name,
            description: body.description,
            roles: body.roles,
            active: body.active,
        }
    }
}

/// Names of roles, each once.
fn roles(fields: &mut Fields<'_>, field: &str) -> Read<Vec<String>> {
    let read = fields.value(field).and_then(Value::as_array).and_then(|names| {
        let names = names.iter().map(|name| invisible::cleaned(name.as_str()?));
        names.collect::<Option<Vec<_>>>()
    });
    let is_valid = |name: &str| (1..=AppRoleMatrix::ROLE).contains(&name.chars().count());
    let names = read.unwrap_or_default();
    if !names.iter().all(|name| is_valid(name)) {
        return fields.not_a(field, "list of names of 1 to 64 characters");
    }
    let unique = each_once(names);
    if unique.is_empty() || unique.len() > AppRoleMatrix::ROLES {
        return fields.not_a(field, "list of 1 to 50 names");
    }
    Some(unique)
}

#[derive(Debug, Serialize)]
pub struct AppRoleMatrixResponse {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    roles: Vec<String>,
    active: bool,
    #[serde(serialize_with = "time")]
    created_at: Timestamp,
    #[serde(serialize_with = "time")]
    updated_at: Timestamp,
}

impl From<Entry<AppRoleMatrix>> for AppRoleMatrixResponse {
    fn from(entry: Entry<AppRoleMatrix>) -> Self {
        let matrix = entry.value;
        Self {
            id: entry.id.to_string(),
            name: matrix.name,
            description: matrix.description,
            roles: matrix.roles,
            active: matrix.active,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}

/// The roles of one application, as members see them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AvailableAppRoles {
    app: String,
    description: String,
    available_roles: Vec<String>,
}

impl From<AppRoleMatrix> for AvailableAppRoles {
    fn from(matrix: AppRoleMatrix) -> Self {
        Self {
            app: matrix.name,
            description: matrix.description.unwrap_or_default(),
            available_roles: matrix.roles,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct PaginatedAvailableAppRoles {
    data: Vec<AvailableAppRoles>,
    meta: PageMeta,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PageMeta {
    current_page: usize,
    items_per_page: usize,
    total_items: usize,
    #[serde(rename = "total_pages")]
    total_pages: usize,
    has_next_page: bool,
    has_previous_page: bool,
}

impl PaginatedAvailableAppRoles {
    pub fn of(matrices: Vec<AppRoleMatrix>, query: &PageQuery) -> Self {
        let page: Page = query.page();
        let total = matrices.len();
        let pages = page.count(total);
        Self {
            meta: PageMeta {
                current_page: query.page,
                items_per_page: query.limit,
                total_items: total,
                total_pages: pages,
                has_next_page: query.page < pages,
                has_previous_page: query.page > 1,
            },
            data: page.of(matrices).into_iter().map(AvailableAppRoles::from).collect(),
        }
    }
}
