//! `GET /verify-email`: verifies an address with the token of a mail. The same path accepts tokens for a change of
//! address, and for its approval.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use serde::Serialize;
use shared::contract::better_auth::{
    Failure, MailedTokenQuery, Query, User, Visitor, callback_of_link, found, set_signed_in,
};
use shared::contract::link::is_transient;
use shared::http::origin::is_embedded_elsewhere;
use shared::http::{AppState, Meta};

use crate::verification::{SignIn, verify};

#[derive(Serialize)]
struct Verified {
    status: bool,
    user: User,
}

/// With a callback, the browser is redirected there with the error, unless the same request may succeed later.
pub async fn verify_email(
    State(app): State<AppState>,
    meta: Meta,
    Query(query): Query<MailedTokenQuery>,
    Visitor { caller, .. }: Visitor,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let callback = callback_of_link(query.callback_url.as_deref(), &app.config)?;
    // An image on a page of an attacker would move the browser to the attacker's account (login CSRF).
    let sign_in = if is_embedded_elsewhere(&headers) {
        SignIn::Never
    } else {
        SignIn::AsConfigured
    };
    let verified = verify(&app, &meta, caller.as_ref(), &query.token, callback.as_ref(), sign_in).await;
    let verified = match (verified, &callback) {
        (Ok(verified), _) => verified,
        (Err(failure), Some(target)) if !is_transient(&failure) => {
            return Ok(found(&target.with_parameter("error", failure.code())));
        }
        (Err(failure), _) => return Err(failure),
    };
    let mut response = match &callback {
        Some(target) => found(target.as_str()),
        None => Json(Verified {
            status: true,
            user: User::from(&verified.user),
        })
        .into_response(),
    };
    if let Some(signed_in) = &verified.signed_in {
        set_signed_in(&mut response, signed_in, &app.config);
    }
    Ok(response)
}
