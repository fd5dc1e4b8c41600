//! The members of an organization.

use axum::extract::{Path, State};
use axum::routing::{delete, get, put};
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::platform::{
    Bearer, Body, Failure, Member, MemberAppRolesRequest, MemberRoleRequest, PageQuery, Paginated, Query,
    organization_of, user_of_member,
};
use shared::domain::listing::Listing;
use shared::http::{AppState, Meta};
use shared::operations::{ChangeAppRoles, ChangeMemberRoles, ListMembers, MemberName, OrganizationName, RemoveMember};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/organizations/{id}/members", get(list_members))
        .route("/v1/organizations/{id}/members/{memberId}", delete(remove_member))
        .route("/v1/organizations/{id}/members/{memberId}/role", put(change_role))
        .route(
            "/v1/organizations/{id}/members/{memberId}/app-roles",
            put(change_app_roles),
        )
}

async fn list_members(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Paginated<Member>>, Failure> {
    let command = ListMembers {
        organization: OrganizationName::Id(organization_of(&caller, &id)?),
        listing: Listing::unfiltered(query.page()),
    };
    app.core.count_request(&caller, meta.now).await?;
    let listed = app.core.list_members(&caller, command).await?;
    Ok(Json(Paginated::of(listed, &query, |(user, membership)| {
        Member::of(&user, &membership)
    })))
}

async fn change_role(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path((id, member)): Path<(String, String)>,
    Body(body): Body<MemberRoleRequest>,
) -> Result<Json<Member>, Failure> {
    let organization_id = organization_of(&caller, &id)?;
    let user_id = user_of_member(organization_id, &member)?;
    if user_id == caller.user.id {
        return Err(Failure::own_role());
    }
    let command = ChangeMemberRoles {
        organization_id,
        user_id,
        roles: body.role.into(),
        owners_rank_admins: true,
    };
    let (user, membership) = app.core.change_member_roles(&caller, command, meta.now).await?;
    Ok(Json(Member::of(&user, &membership)))
}

async fn change_app_roles(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path((id, member)): Path<(String, String)>,
    Body(body): Body<MemberAppRolesRequest>,
) -> Result<Json<Member>, Failure> {
    let organization_id = organization_of(&caller, &id)?;
    let command = ChangeAppRoles {
        organization_id,
        user_id: user_of_member(organization_id, &member)?,
        app_roles: body.app_roles,
    };
    let (user, membership) = app.core.change_app_roles(&caller, command, meta.now).await?;
    Ok(Json(Member::of(&user, &membership)))
}

async fn remove_member(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path((id, member)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let organization_id = organization_of(&caller, &id)?;
    let user_id = user_of_member(organization_id, &member)?;
    if user_id == caller.user.id {
        return Err(Failure::own_membership());
    }
    let command = RemoveMember {
        organization_id,
        member: MemberName::User(user_id),
        owners_rank_admins: true,
    };
    app.core.remove_member(&caller, command, meta.now).await?;
    Ok(StatusCode::NO_CONTENT)
}
