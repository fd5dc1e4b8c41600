//! `POST /link-social`: a further identity that opens the user who is signed in.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use shared::contract::better_auth::social::{AuthorizationUrl, SocialRequest};
use shared::contract::better_auth::{Body, Failure, Signed};
use shared::domain::{AuthorizationPurpose, RateLimit};
use shared::http::{AppState, Meta};
use shared::social::PresentedToken;

use super::begin;

pub async fn link_social(
    State(app): State<AppState>,
    meta: Meta,
    Signed(caller): Signed,
    Body(body): Body<SocialRequest>,
) -> Result<Response, Failure> {
    let Some(token) = &body.id_token else {
        let purpose = AuthorizationPurpose::Link {
            user: caller.user.id,
            session: caller.session.id,
        };
        return begin(&app, &meta, body, purpose).await;
    };
    let provider = app.core.social.get(&body.provider);
    let provider = provider.ok_or_else(Failure::provider_not_found)?;
    app.core
        .limit_rate(RateLimit::SOCIAL, &meta.client.ip, meta.now)
        .await?;
    let presented = PresentedToken {
        token: &token.token,
        nonce: token.nonce.as_deref(),
        access_token: token.access_token.as_deref(),
    };
    let granted = provider.identify(presented, meta.now).await?;
    let (user, session) = (caller.user.id, caller.session.id);
    app.core.link_identity(user, session, granted, meta.now).await?;
    // There is nowhere to go.
    Ok(Json(AuthorizationUrl {
        url: String::new(),
        redirect: false,
        status: Some(true),
    })
    .into_response())
}
