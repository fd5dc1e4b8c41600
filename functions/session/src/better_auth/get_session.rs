//! `GET /get-session`, and `POST`: the caller's session and user, if any. Every page of an application checks the
//! session with it, so it is a single read.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::PRAGMA;
use serde::Serialize;
use shared::contract::better_auth::{Failure, GetSessionQuery, Query, Session, User, Visitor, cookies};
use shared::http::{AppState, Meta};

use super::{shown_token, without_session};

#[derive(Serialize)]
struct SessionAndUser {
    session: Session,
    user: User,
}

/// The response without a session is `null`, and no error. A POST gets the same response: newer clients use it to
/// refresh.
pub async fn get_session(
    State(app): State<AppState>,
    meta: Meta,
    Visitor {
        caller,
        has_dead_cookie,
    }: Visitor,
    Query(query): Query<GetSessionQuery>,
) -> Result<Response, Failure> {
    let Some(mut caller) = caller else {
        let nobody = uncached(Json(None::<SessionAndUser>));
        return Ok(if has_dead_cookie {
            without_session(nobody, &app)
        } else {
            nobody
        });
    };
    let extended = !query.disable_refresh && app.core.extend_session(&mut caller, meta.now).await?;
    let mut response = uncached(Json(SessionAndUser {
        session: Session::of(&caller.session, shown_token(&caller)),
        user: User::from(&caller.user),
    }));
    // A JWT extends its session too, but the session's own token is unknown here and cannot be returned.
    if let (true, Some(token)) = (extended, &caller.token) {
        cookies::set_session(&mut response, &caller.session, token, &app.config);
    }
    Ok(response)
}

fn uncached(answer: impl IntoResponse) -> Response {
    ([(PRAGMA, "no-cache")], answer).into_response()
}
