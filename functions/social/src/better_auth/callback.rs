//! `GET /callback/{provider}`: the provider redirects the browser back to it. The response is always a redirect: with a
//! session, or with an error code.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use shared::contract::Contract;
use shared::contract::better_auth::social::CallbackQuery;
use shared::contract::better_auth::{
    Body, Failure, Query, authorization_refused, cookies, found, set_signed_in, social_error,
};
use shared::domain::{AuthorizationState, Redirect};
use shared::http::{AppState, Meta};
use shared::operations::{
    FinishAuthorization, FinishAuthorizationError, FinishedAuthorization, SignedIn, SocialOutcome,
};
use url::form_urlencoded;

use super::policy;
use crate::provider_answer;

pub async fn callback(
    State(app): State<AppState>,
    meta: Meta,
    Path(provider): Path<String>,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Failure> {
    let state = query
        .state
        .as_deref()
        .and_then(|state| AuthorizationState::parse(state).ok());
    let Some(state) = state else {
        return Ok(failed(&app, None, "state_not_found"));
    };
    let id = state.authorization_id;
    let command = FinishAuthorization {
        provider,
        state,
        browsers: cookies::states(&headers, id, &app.config),
        answer: provider_answer::of_query(query.error.as_deref(), query.code, query.issuer),
        contract: Contract::BetterAuth,
        with_organization: false,
        link_signs_in: false,
        policy: policy(&app),
        client: meta.client,
    };
    match app.core.finish_authorization(command, meta.now).await {
        Ok(finished) => {
            let mut response = answered(&app, &finished);
            cookies::clear_state(&mut response, id, &app.config);
            Ok(response)
        }
        // A response to another browser's request must not end the sign-in that this browser has begun.
        Err(FinishAuthorizationError::Refused { reason, error_callback }) => {
            Ok(failed(&app, error_callback.as_ref(), authorization_refused(reason)))
        }
        // The request consumed nothing, so the browser can repeat it.
        Err(error @ FinishAuthorizationError::Interrupted(_)) => Err(error.into()),
    }
}

/// Some providers send the parameters in a POST. A browser sends no cookies with a form of another site, so it is
/// redirected to this path, with cookies.
pub async fn post_callback(
    State(app): State<AppState>,
    Path(provider): Path<String>,
    RawQuery(_): RawQuery,
    Body(body): Body<CallbackQuery>,
) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let fields = [
        ("code", body.code),
        ("state", body.state),
        ("error", body.error),
        ("iss", body.issuer),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    let provider: String = form_urlencoded::byte_serialize(provider.as_bytes()).collect();
    let base = &app.config.settings.public_url;
    found(&format!("{base}/api/auth/callback/{provider}?{}", query.finish()))
}

fn answered(app: &AppState, finished: &FinishedAuthorization) -> Response {
    let authorization = &finished.authorization;
    let signed_in = match &finished.outcome {
        Ok(SocialOutcome::SignedIn(signed_in)) => signed_in,
        Ok(SocialOutcome::Linked) => return found(target(authorization.callback.as_ref())),
        Err(error) => return failed(app, authorization.error_callback.as_ref(), social_error(error)),
    };
    let callback = authorization
        .new_user_callback
        .as_ref()
        .filter(|_| signed_in.is_new_user);
    let callback = callback.or(authorization.callback.as_ref());
    let mut response = match (&signed_in.signed_in, callback) {
        // The page must ask for the second factor.
        (SignedIn::SecondFactor(_), Some(target)) => found(&target.with_parameter("twoFactorRedirect", "true")),
        (SignedIn::SecondFactor(_), None) => found("/?twoFactorRedirect=true"),
        (SignedIn::Session(_), _) => found(target(callback)),
    };
    set_signed_in(&mut response, &signed_in.signed_in, &app.config);
    response.into_response()
}

fn target(callback: Option<&Redirect>) -> &str {
    callback.map_or("/", Redirect::as_str)
}

fn failed(app: &AppState, error_callback: Option<&Redirect>, error: &str) -> Response {
    if let Some(target) = error_callback {
        return found(&target.with_parameter("error", error));
    }
    let error: String = form_urlencoded::byte_serialize(error.as_bytes()).collect();
    found(&format!(
        "{}/api/auth/error?error={error}",
        app.config.settings.public_url
    ))
}
