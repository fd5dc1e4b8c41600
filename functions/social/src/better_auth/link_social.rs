//! `POST /link-social`: links a further identity to the caller.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use shared::contract::better_auth::social::{AuthorizationUrl, SocialRequest};
use shared::contract::better_auth::{Body, Failure, SignedWith};
use shared::domain::{AuthorizationPurpose, LinkLimit};
use shared::http::{AppState, Meta};
use shared::operations::{CaptchaCheck, StepUp};

use super::begin;

pub async fn link_social(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<StepUp>,
    headers: HeaderMap,
    Body(body): Body<SocialRequest>,
) -> Result<Response, Failure> {
    let Some(token) = &body.id_token else {
        let purpose = AuthorizationPurpose::Link {
            user: caller.user.id,
            session: caller.session.id,
            limit: LinkLimit::None,
        };
        return begin(&app, &meta, &headers, body, purpose, CaptchaCheck::NotRequired).await;
    };
    let (presented, now) = (token.presented(), meta.now);
    let (captcha, client) = (CaptchaCheck::NotRequired, &meta.client);
    let identified = app
        .core
        .identify(&body.provider, presented, &captcha, client, now)
        .await?;
    let (user, session) = (caller.user.id, caller.session.id);
    let granted = &identified.granted;
    app.core
        .link_identity(user, session, granted, LinkLimit::None, now)
        .await?;
    // The browser stays on its page.
    Ok(Json(AuthorizationUrl {
        url: String::new(),
        redirect: false,
        status: Some(true),
    })
    .into_response())
}
