//! The invitations of an organization.

use axum::extract::{Path, State};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::StatusCode;
use shared::contract::platform::{
    Bearer, Body, BulkInviteRequest, BulkInvited, Failure, Invitation, InviteMemberRequest, PageQuery, Paginated,
    Query, organization_of,
};
use shared::domain::InvitationId;
use shared::http::{AppState, Meta};

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/v1/organizations/{id}/members/invite", post(invite_member))
        .route("/v1/organizations/{id}/members/bulk-invite", post(invite_members))
        .route("/v1/organizations/{id}/invitations", get(list_invitations))
        .route(
            "/v1/organizations/{id}/invitations/{invitationId}",
            delete(cancel_invitation),
        )
}

async fn invite_member(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(id): Path<String>,
    Body(body): Body<InviteMemberRequest>,
) -> Result<(StatusCode, Json<Invitation>), Failure> {
    let command = body.command(organization_of(&caller, &id)?, meta.client.ip);
    let invitation = app.core.invite_member(&caller, command, meta.now).await?;
    let shown = Invitation::of(&invitation, Some(&caller.user), meta.now);
    Ok((StatusCode::CREATED, Json(shown)))
}

async fn invite_members(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(id): Path<String>,
    Body(body): Body<BulkInviteRequest>,
) -> Result<(StatusCode, Json<BulkInvited>), Failure> {
    let command = body.command(organization_of(&caller, &id)?, &meta.client.ip);
    let sent = app.core.invite_members(&caller, command, meta.now).await?;
    let shown = BulkInvited::of(sent, &caller.user, meta.now);
    Ok((StatusCode::CREATED, Json(shown)))
}

async fn list_invitations(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path(id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Paginated<Invitation>>, Failure> {
    let id = organization_of(&caller, &id)?;
    app.core.count_request(&caller, meta.now).await?;
    let listed = app.core.list_sent_invitations(&caller, id, query.page()).await?;
    Ok(Json(Paginated::of(listed, &query, |(invitation, inviter)| {
        Invitation::of(&invitation, inviter.as_ref(), meta.now)
    })))
}

async fn cancel_invitation(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Path((id, invitation)): Path<(String, String)>,
) -> Result<StatusCode, Failure> {
    let id = organization_of(&caller, &id)?;
    let invitation = InvitationId::parse(&invitation).map_err(|_| Failure::invitation_not_found())?;
    app.core.cancel_invitation(&caller, id, invitation, meta.now).await?;
    Ok(StatusCode::NO_CONTENT)
}
