//! The `teams` contract: invitations, and the choice of the current team. A team is an organization.

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use shared::contract::Contract;
use shared::contract::teams::{
    Bearer, Body, ChangeTeamRequest, Failure, FinishInvitationRequest, Notice, PASSWORD_RULES, TokenRequest, Tokens,
};
use shared::domain::{InvitationToken, NewPassword, OrganizationId};
use shared::http::{AppState, Meta};
use shared::operations::AcceptInvitation;

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    router
        .route("/auth/validate-invitation-token", post(validate_invitation_token))
        .route("/auth/finish-invitation", post(finish_invitation))
        .route("/auth/change-team", post(change_team))
}

async fn validate_invitation_token(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<TokenRequest>,
) -> Result<Json<bool>, Failure> {
    let token = InvitationToken::parse(&body.token).map_err(|_| Failure::invalid_token())?;
    app.core.check_invitation(&token, &meta.client.ip, meta.now).await?;
    Ok(Json(true))
}

async fn finish_invitation(
    State(app): State<AppState>,
    meta: Meta,
    Body(body): Body<FinishInvitationRequest>,
) -> Result<Json<Notice>, Failure> {
    let command = AcceptInvitation {
        token: InvitationToken::parse(&body.token).map_err(|_| Failure::invalid_token())?,
        password: NewPassword::parse(&body.new_password, PASSWORD_RULES)?,
        name: body.name,
        sign_in: None,
        captcha: meta.captcha(Contract::Teams, &app),
        client: meta.client,
    };
    app.core.accept_invitation(command, meta.now).await?;
    Ok(Json(Notice {
        message: "Invitation finished successfully",
        description: "Your account has been activated and your password has been set successfully.",
    }))
}

async fn change_team(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
    Body(body): Body<ChangeTeamRequest>,
) -> Result<Json<Tokens>, Failure> {
    let team = OrganizationId::parse(&body.team_id).map_err(|_| Failure::invalid_team())?;
    let changed = app.core.switch_organization(&caller, team, meta.now).await?;
    Ok(Json(Tokens {
        access_token: changed.access_token,
        refresh_token: changed.refresh_token.to_string(),
        is_two_factor_enable: caller.user.two_factor_enabled,
    }))
}
