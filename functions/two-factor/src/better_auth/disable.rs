//! `POST /two-factor/disable`: turns the second factor off.

use axum::extract::State;
use axum::response::Response;
use shared::contract::better_auth::{
    Body, Failure, OwnPasswordRequest, SignedWith, Status, cookies, with_renewed_session,
};
use shared::http::{AppState, Meta};
use shared::operations::InPerson;

pub async fn disable(
    State(app): State<AppState>,
    meta: Meta,
    SignedWith(caller): SignedWith<InPerson>,
    Body(body): Body<OwnPasswordRequest>,
) -> Result<Response, Failure> {
    let renewed = app
        .core
        .disable_two_factor(&caller, &body.password, &meta.client.ip, meta.now)
        .await?;
    let mut response = with_renewed_session(Status::DONE, &caller, &renewed, &app.config);
    cookies::clear_trusted_device(&mut response, &app.config);
    Ok(response)
}
