//! Invitations: sending and canceling them for the organization, and answering them as the invited user.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use shared::contract::better_auth::organization::{
    Invitation, InvitationQuery, InvitationRequest, InviteMemberRequest, JoinedOrganization, OrganizationQuery,
    ReceivedInvitation, RejectedInvitation, ShownInvitation, team_named,
};
use shared::contract::better_auth::{Body, Failure, Query, Signed, Visitor};
use shared::domain::{EmailAddress, OrganizationId, TeamId, TeamMembership};
use shared::http::{AppState, Meta};
use shared::operations::InviteMember;

use super::roles;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/api/auth/organization/invite-member", post(invite_member))
        .route("/api/auth/organization/accept-invitation", post(accept_invitation))
        .route("/api/auth/organization/reject-invitation", post(reject_invitation))
        .route("/api/auth/organization/cancel-invitation", post(cancel_invitation))
        .route("/api/auth/organization/get-invitation", get(get_invitation))
        .route("/api/auth/organization/list-invitations", get(list_invitations))
        .route(
            "/api/auth/organization/list-user-invitations",
            get(list_user_invitations),
        )
}

async fn invite_member(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<InviteMemberRequest>,
) -> Result<Json<Invitation>, Failure> {
    let organization_id = body.organization_id.or(caller.session.active_organization);
    let organization_id = organization_id.ok_or_else(Failure::organization_not_found)?;
    let command = InviteMember {
        message: None,
        owners_rank_admins: false,
        organization_id,
        email: EmailAddress::parse(&body.email).map_err(|_| Failure::invalid_email())?,
        roles: roles(&body.roles)?,
        teams: teams(organization_id, &body.team_ids)?,
        client_ip: meta.client.ip,
    };
    let invitation = if body.resend {
        app.core.invite_member_again(&caller, command, meta.now).await?
    } else {
        app.core.invite_member(&caller, command, meta.now).await?
    };
    Ok(Json(Invitation::from(&invitation)))
}

async fn accept_invitation(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<InvitationRequest>,
) -> Result<Json<JoinedOrganization>, Failure> {
    let (organization, id) = body.invitation_id;
    let joined = app.core.join_organization(&caller, organization, id, meta.now).await?;
    Ok(Json(JoinedOrganization::from(&joined)))
}

async fn reject_invitation(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<InvitationRequest>,
) -> Result<Json<RejectedInvitation>, Failure> {
    let (organization, id) = body.invitation_id;
    let rejected = app.core.reject_invitation(&caller, organization, id, meta.now).await;
    let rejected = rejected.map_err(|error| Failure::rejecting(&error))?;
    Ok(Json(RejectedInvitation {
        invitation: Invitation::from(&rejected),
        member: None,
    }))
}

async fn cancel_invitation(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<InvitationRequest>,
) -> Result<Json<Invitation>, Failure> {
    let (organization, id) = body.invitation_id;
    let canceled = app.core.cancel_invitation(&caller, organization, id, meta.now).await?;
    Ok(Json(Invitation::from(&canceled)))
}

async fn get_invitation(
    State(app): State<AppState>,
    meta: Meta,
    Visitor { caller, .. }: Visitor,
    Query(query): Query<InvitationQuery>,
) -> Result<Json<ShownInvitation>, Failure> {
    let caller = caller.ok_or_else(Failure::not_authenticated)?;
    let (organization, id) = query.id;
    let (received, inviter) = app.core.show_invitation(&caller, organization, id, meta.now).await?;
    Ok(Json(ShownInvitation {
        invitation: Invitation::from(&received.invitation),
        organization_name: received.organization.name,
        organization_slug: received.organization.slug.to_string(),
        inviter_email: inviter.to_string(),
    }))
}

async fn list_invitations(
    State(app): State<AppState>,
    Signed(caller): Signed,
    Query(query): Query<OrganizationQuery>,
) -> Result<Json<Vec<Invitation>>, Failure> {
    let id = query.organization_id.or(caller.session.active_organization);
    let id = id.ok_or_else(Failure::organization_id_required)?;
    let invitations = app.core.list_invitations(&caller, id).await?;
    Ok(Json(invitations.iter().map(Invitation::from).collect()))
}

async fn list_user_invitations(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
) -> Result<Json<Vec<ReceivedInvitation>>, Failure> {
    let received = app.core.list_received_invitations(&caller, meta.now).await;
    let received = received.map_err(|error| Failure::looking_at_invitations(&error))?;
    let invitations = received.into_iter().map(|received| ReceivedInvitation {
        invitation: Invitation::from(&received.invitation),
        organization_name: received.organization.name,
    });
    Ok(Json(invitations.collect()))
}

/// Removes duplicates. The operation checks whether the teams exist.
fn teams(organization: OrganizationId, ids: &[String]) -> Result<Vec<TeamId>, Failure> {
    let mut teams = Vec::new();
    for id in ids {
        let (of, team) = team_named(id);
        if of != organization || teams.len() >= TeamMembership::MAX {
            return Err(Failure::team_not_found());
        }
        if !teams.contains(&team) {
            teams.push(team);
        }
    }
    Ok(teams)
}
