//! Teams within an organization, as clients of newer versions call them.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use shared::contract::better_auth::organization::{
    CreateTeamRequest, Notice, OrganizationQuery, SetActiveTeamRequest, Team, TeamMember, TeamMemberRequest,
    TeamMembersQuery, TeamRequest, UpdateTeamRequest, UserTeamsQuery,
};
use shared::contract::better_auth::{Body, Failure, Query, Signed};
use shared::domain::{OrganizationId, Patch, TeamId};
use shared::http::{AppState, Meta};
use shared::operations::{Caller, ChangeTeamMember};

use super::with_cookie;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/api/auth/organization/create-team", post(create_team))
        .route("/api/auth/organization/update-team", post(update_team))
        .route("/api/auth/organization/remove-team", post(remove_team))
        .route("/api/auth/organization/list-teams", get(list_teams))
        .route("/api/auth/organization/set-active-team", post(set_active_team))
        .route("/api/auth/organization/list-user-teams", get(list_user_teams))
        .route("/api/auth/organization/list-team-members", get(list_team_members))
        .route("/api/auth/organization/add-team-member", post(add_team_member))
        .route("/api/auth/organization/remove-team-member", post(remove_team_member))
}

async fn create_team(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<CreateTeamRequest>,
) -> Result<Json<Team>, Failure> {
    let organization = of(&caller, body.organization_id)?;
    let team = app.core.create_team(&caller, organization, body.name, meta.now).await?;
    Ok(Json(Team::from(&team)))
}

async fn update_team(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<UpdateTeamRequest>,
) -> Result<Json<Team>, Failure> {
    let organization = of(&caller, body.data.organization_id)?;
    let team = (organization, within(organization, body.team_id));
    let team = app.core.update_team(&caller, team, body.data.name, meta.now).await?;
    Ok(Json(Team::from(&team)))
}

async fn remove_team(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<TeamRequest>,
) -> Result<Json<Notice>, Failure> {
    let organization = of(&caller, body.organization_id)?;
    let team = (organization, within(organization, body.team_id));
    app.core.remove_team(&caller, team, meta.now).await?;
    Ok(Json(Notice {
        message: "Team removed successfully.",
    }))
}

async fn list_teams(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<OrganizationQuery>,
) -> Result<Json<Vec<Team>>, Failure> {
    let organization = of(&caller, query.organization_id)?;
    let teams = app.core.list_teams(&caller, organization).await;
    let teams = teams.map_err(|error| Failure::listing_teams(&error))?;
    Ok(Json(teams.iter().map(Team::from).collect()))
}

/// `null` deactivates the current one; an empty body returns the active one.
async fn set_active_team(
    State(app): State<AppState>,
    meta: Meta,
    Signed(mut caller): Signed,
    Body(body): Body<SetActiveTeamRequest>,
) -> Result<Response, Failure> {
    let organization = caller.session.active_organization;
    let team = match body.team_id {
        Patch::Clear => None,
        Patch::Set(team) => {
            organization.ok_or_else(Failure::no_active_organization)?;
            Some(team)
        }
        Patch::Keep => organization.zip(caller.session.active_team),
    };
    let Some(team) = team else {
        let none = Json(None::<Team>).into_response();
        if caller.session.active_team.is_none() {
            return Ok(none);
        }
        app.core.clear_active_team(&mut caller, meta.now).await?;
        return Ok(with_cookie(none, &caller, &app));
    };
    let team = app.core.set_active_team(&mut caller, team, meta.now).await?;
    Ok(with_cookie(Json(Team::from(&team)).into_response(), &caller, &app))
}

async fn list_user_teams(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<UserTeamsQuery>,
) -> Result<Json<Vec<Team>>, Failure> {
    let named = query.organization_id;
    let teams = match query.user_id.filter(|id| *id != caller.user.id) {
        Some(other) => app.core.list_teams_of(&caller, of(&caller, named)?, other).await?,
        None => app.core.list_own_teams(&caller, named).await?,
    };
    Ok(Json(teams.iter().map(Team::from).collect()))
}

async fn list_team_members(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<TeamMembersQuery>,
) -> Result<Json<Vec<TeamMember>>, Failure> {
    let active = caller.session.active_organization.zip(caller.session.active_team);
    let team = query.team_id.or(active);
    let team = team.ok_or_else(Failure::no_active_team)?;
    let members = app.core.list_team_members(&caller, team).await?;
    let members = members
        .into_iter()
        .map(|(user, joined)| TeamMember::of(team.0, user, joined));
    Ok(Json(members.collect()))
}

async fn add_team_member(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<TeamMemberRequest>,
) -> Result<Json<TeamMember>, Failure> {
    let command = member(&caller, &body)?;
    let (organization, user) = (command.organization_id, command.user_id);
    let joined = app.core.add_team_member(&caller, command, meta.now).await?;
    Ok(Json(TeamMember::of(organization, user, joined)))
}

async fn remove_team_member(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<TeamMemberRequest>,
) -> Result<Json<Notice>, Failure> {
    let command = member(&caller, &body)?;
    app.core.remove_team_member(&caller, command, meta.now).await?;
    Ok(Json(Notice {
        message: "Team member removed successfully.",
    }))
}

fn member(caller: &Caller, body: &TeamMemberRequest) -> Result<ChangeTeamMember, Failure> {
    Ok(ChangeTeamMember {
        organization_id: of(caller, body.organization_id)?,
        team: body.team_id,
        user_id: body.user_id,
    })
}

fn of(caller: &Caller, named: Option<OrganizationId>) -> Result<OrganizationId, Failure> {
    named
        .or(caller.session.active_organization)
        .ok_or_else(Failure::no_active_organization)
}

/// A team of another organization counts as unknown.
fn within(organization: OrganizationId, team: (OrganizationId, TeamId)) -> TeamId {
    match team {
        (of, team) if of == organization => team,
        _ => TeamId::from_bytes([0; 16]),
    }
}
