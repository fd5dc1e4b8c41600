//! The members of an organization, their roles, and the permissions of the roles.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use shared::contract::better_auth::organization::{
    ActiveRole, HasPermissionRequest, ListMembersQuery, Member, MemberRoleQuery, Members, OrganizationRequest,
    Permitted, RemoveMemberRequest, RemovedMember, UpdateMemberRoleRequest, UpdatedMember, user_named,
};
use shared::contract::better_auth::{Body, Failure, Query, Signed};
use shared::domain::EmailAddress;
use shared::domain::listing::{Condition, Listed, Listing, Operator, Page};
use shared::domain::member_list::{self, MemberField};
use shared::http::{AppState, Meta};
use shared::operations::{ChangeMemberRoles, ListMembers, MemberName, RemoveMember};

use super::{organization_of_query, roles};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/api/auth/organization/list-members", get(list_members))
        .route("/api/auth/organization/remove-member", post(remove_member))
        .route("/api/auth/organization/update-member-role", post(update_member_role))
        .route("/api/auth/organization/leave", post(leave))
        .route("/api/auth/organization/get-active-member", get(get_active_member))
        .route(
            "/api/auth/organization/get-active-member-role",
            get(get_active_member_role),
        )
        .route("/api/auth/organization/has-permission", post(has_permission))
}

/// Largest page of members. The limit exists because each of them is read.
const MAX_PAGE: usize = 1000;

async fn list_members(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<ListMembersQuery>,
) -> Result<Json<Members>, Failure> {
    let organization = organization_of_query(&caller, &query.organization)?;
    let command = ListMembers {
        organization: organization.ok_or_else(Failure::no_active_organization)?,
        listing: listing(&query, &app)?,
    };
    let Listed { records, total } = app.core.list_members(&caller, command).await?;
    let members = records
        .iter()
        .map(|(user, membership)| Member::with_user(user, membership));
    Ok(Json(Members {
        members: members.collect(),
        total,
    }))
}

async fn remove_member(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<RemoveMemberRequest>,
) -> Result<Json<RemovedMember>, Failure> {
    let organization = body.organization_id.or(caller.session.active_organization);
    let member = if body.member_id_or_email.contains('@') {
        let email = EmailAddress::parse(&body.member_id_or_email);
        MemberName::Email(email.map_err(|_| Failure::member_not_found())?)
    } else {
        MemberName::User(user_named(&body.member_id_or_email))
    };
    let command = RemoveMember {
        owners_rank_admins: false,
        organization_id: organization.ok_or_else(Failure::no_active_organization)?,
        member,
    };
    let (user, membership) = app.core.remove_member(&caller, command, meta.now).await?;
    Ok(Json(RemovedMember {
        member: Member::of(user, &membership),
    }))
}

async fn update_member_role(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<UpdateMemberRoleRequest>,
) -> Result<Json<UpdatedMember>, Failure> {
    let organization = body.organization_id.or(caller.session.active_organization);
    let command = ChangeMemberRoles {
        owners_rank_admins: false,
        organization_id: organization.ok_or_else(Failure::no_active_organization)?,
        user_id: body.member_id,
        roles: roles(&body.roles)?,
    };
    let (user, membership) = app.core.change_member_roles(&caller, command, meta.now).await?;
    Ok(Json(UpdatedMember::of(user.id, &membership)))
}

async fn leave(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<OrganizationRequest>,
) -> Result<Json<Member>, Failure> {
    let membership = app
        .core
        .leave_organization(&caller, body.organization_id, meta.now)
        .await?;
    Ok(Json(Member::with_user(&caller.user, &membership)))
}

async fn get_active_member(State(app): State<AppState>, Signed(caller): Signed) -> Result<Json<Member>, Failure> {
    let id = caller.session.active_organization;
    let id = id.ok_or_else(Failure::no_active_organization)?;
    let membership = app.core.find_membership(&caller, id).await;
    let membership = membership.map_err(|error| Failure::looking_at_own_membership(&error))?;
    Ok(Json(Member::with_user(&caller.user, &membership)))
}

async fn get_active_member_role(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<MemberRoleQuery>,
) -> Result<Json<ActiveRole>, Failure> {
    let organization = organization_of_query(&caller, &query.organization)?;
    let organization = organization.ok_or_else(Failure::no_active_organization)?;
    let roles = app
        .core
        .find_member_roles(&caller, &organization, query.user_id)
        .await?;
    Ok(Json(ActiveRole {
        role: roles.to_string(),
    }))
}

async fn has_permission(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Body(body): Body<HasPermissionRequest>,
) -> Result<Json<Permitted>, Failure> {
    let asked = body.permissions.ok_or_else(Failure::invalid_body)?;
    let id = body.organization_id.or(caller.session.active_organization);
    let id = id.ok_or_else(Failure::no_active_organization)?;
    let success = app.core.check_permission(&caller, id, &asked).await?;
    Ok(Json(Permitted { error: None, success }))
}

/// The number of members to list; if absent, the largest number that an organization may have.
pub fn page_size(name: &str, text: Option<&str>, app: &AppState) -> Result<usize, Failure> {
    let default = usize::try_from(app.config.settings.organizations.members).unwrap_or(MAX_PAGE);
    let size = number(name, text)?.filter(|size| *size > 0).unwrap_or(default);
    Ok(size.min(MAX_PAGE))
}

fn number(name: &str, text: Option<&str>) -> Result<Option<usize>, Failure> {
    let parse = |text: &str| text.parse().map_err(|_| Failure::not_a_count(name));
    text.map(parse).transpose()
}

fn listing(query: &ListMembersQuery, app: &AppState) -> Result<Listing<MemberField>, Failure> {
    let page = Page {
        limit: page_size("limit", query.limit.as_deref(), app)?,
        offset: number("offset", query.offset.as_deref())?.unwrap_or(0),
    };
    let descending = match query.sort_direction.as_deref() {
        None | Some("asc") => false,
        Some("desc") => true,
        Some(_) => return Err(Failure::invalid_option("sortDirection", &["asc", "desc"])),
    };
    let sort_by = query.sort_by.as_deref().map(|name| field("sortBy", name)).transpose()?;
    Ok(Listing {
        conditions: filter(query)?.into_iter().collect(),
        sort_by,
        descending,
        page,
    })
}

fn filter(query: &ListMembersQuery) -> Result<Option<Condition<MemberField>>, Failure> {
    let name = query.filter_operator.as_deref().unwrap_or("eq");
    let operator = Operator::parse(name);
    let operator = operator.ok_or_else(|| Failure::invalid_option("filterOperator", Operator::NAMES))?;
    let Some(name) = query.filter_field.as_deref() else {
        return Ok(None);
    };
    let (field, value) = (field("filterField", name)?, query.filter_value.as_deref());
    Ok(Some(member_list::condition(field, operator, value.unwrap_or_default())))
}

fn field(parameter: &str, name: &str) -> Result<MemberField, Failure> {
    MemberField::parse(name).ok_or_else(|| Failure::invalid_option(parameter, MemberField::NAMES))
}
