//! The `platform` contract: login through Google and Microsoft, and the identities that are linked to a user.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use shared::contract::better_auth::cookies;
use shared::contract::platform::{
    AuthenticationLimit, Bearer, BearerWith, Failure, LinkStarted, LoggedIn, Message, OAuthStart, Query,
    SocialAccounts, SocialCallbackQuery, asks_for_json, count_request_of_user, session_of,
};
use shared::contract::{Contract, sign_in_policy, unknown};
use shared::domain::{AuthorizationPurpose, AuthorizationState, ProviderId};
use shared::http::{AppState, Meta};
use shared::operations::{
    AccountSelector, BeginAuthorization, BegunAuthorization, CaptchaCheck, FinishAuthorization, SignedIn,
    SocialOutcome, StepUp,
};

use super::provider_answer;

const GOOGLE: &str = "google";
const MICROSOFT: &str = "microsoft";

pub fn routes(router: Router<AppState>) -> Router<AppState> {
    // These GET operations store or consume a state, so a HEAD request must not run them.
    let begin_at = |provider| {
        get(async move |app, meta, limit, headers| begin(app, meta, limit, headers, provider).await)
            .head(unknown::answer)
    };
    let finish_at = |provider| {
        get(async move |app, meta, limit, headers, query| finish(app, meta, limit, headers, query, provider).await)
            .head(unknown::answer)
    };
    router
        .route("/v1/auth/social/google", begin_at(GOOGLE))
        .route("/v1/auth/social/microsoft", begin_at(MICROSOFT))
        .route("/v1/auth/social/google/callback", finish_at(GOOGLE))
        .route("/v1/auth/social/microsoft/callback", finish_at(MICROSOFT))
        .route("/v1/auth/social/link/{provider}", post(link))
        .route("/v1/auth/social/unlink/{provider}", delete(unlink))
        .route("/v1/auth/social/accounts", get(list))
}

/// A first login registers the user.
async fn begin(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    headers: HeaderMap,
    provider: &'static str,
) -> Result<Response, Failure> {
    let purpose = AuthorizationPurpose::SignIn { may_sign_up: true };
    let captcha = meta.captcha(Contract::Platform, &app);
    let command = command(provider, purpose, captcha, &meta);
    let begun = app.core.begin_authorization(command, meta.now).await?;
    let start = OAuthStart::of(&begun);
    let response = if asks_for_json(&headers) {
        Json(start).into_response()
    } else {
        (StatusCode::FOUND, [(LOCATION, begun.url.to_string())]).into_response()
    };
    Ok(bound_to_browser(response, &begun, &headers, &app))
}

async fn finish(
    State(app): State<AppState>,
    meta: Meta,
    _: AuthenticationLimit,
    headers: HeaderMap,
    Query(query): Query<SocialCallbackQuery>,
    provider: &'static str,
) -> Result<Response, Failure> {
    let state = AuthorizationState::parse(&query.state).map_err(|_| Failure::state_refused())?;
    let id = state.authorization_id;
    let command = FinishAuthorization {
        provider: provider.to_owned(),
        state,
        browsers: cookies::states(&headers, id, &app.config),
        answer: provider_answer::of_query(query.error.as_deref(), query.code, query.issuer),
        contract: Contract::Platform,
        with_organization: true,
        link_signs_in: true,
        policy: sign_in_policy(Contract::Platform, &app.core),
        client: meta.client.clone(),
    };
    let finished = app.core.finish_authorization(command, meta.now).await?;
    let mut response = match finished.outcome {
        Ok(SocialOutcome::SignedIn(signed_in)) => logged_in(&app, signed_in.signed_in, &meta).await.into_response(),
        Ok(SocialOutcome::Linked) => Json(Message::new("Social account linked")).into_response(),
        Err(error) => Failure::from(error).into_response(),
    };
    cookies::clear_state(&mut response, id, &app.config);
    Ok(response)
}

async fn logged_in(app: &AppState, signed_in: SignedIn, meta: &Meta) -> Result<Json<LoggedIn>, Failure> {
    let opened = session_of(signed_in)?;
    Ok(Json(LoggedIn::complete(app, &opened, meta.now).await?))
}

async fn link(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<StepUp>,
    headers: HeaderMap,
    provider: Result<Path<String>, PathRejection>,
) -> Result<Response, Failure> {
    count_request_of_user(&app, &caller, meta.now).await?;
    let Ok(Path(provider)) = provider else {
        return Err(Failure::not_found("Unknown or disabled provider"));
    };
    // The operation sets the purpose.
    let purpose = AuthorizationPurpose::SignIn { may_sign_up: false };
    let command = command(&provider, purpose, CaptchaCheck::NotRequired, &meta);
    let begun = app.core.begin_link(&caller, command, meta.now).await?;
    let response = (StatusCode::CREATED, Json(LinkStarted::of(&begun))).into_response();
    Ok(bound_to_browser(response, &begun, &headers, &app))
}

async fn unlink(
    State(app): State<AppState>,
    meta: Meta,
    BearerWith(caller): BearerWith<StepUp>,
    provider: Result<Path<String>, PathRejection>,
) -> Result<Json<Message>, Failure> {
    count_request_of_user(&app, &caller, meta.now).await?;
    // The password is no social account.
    let provider = provider.ok().map(|Path(name)| name);
    let provider = provider.filter(|name| name != ProviderId::CREDENTIAL);
    let Some(provider) = provider else {
        return Err(Failure::not_found("No such linked account"));
    };
    let selector = AccountSelector {
        provider: Some(provider),
        account: None,
    };
    app.core.unlink_account(&caller, &selector, meta.now).await?;
    Ok(Json(Message::new("Social account unlinked")))
}

async fn list(
    State(app): State<AppState>,
    meta: Meta,
    Bearer(caller): Bearer,
) -> Result<Json<SocialAccounts>, Failure> {
    count_request_of_user(&app, &caller, meta.now).await?;
    let accounts = app.core.list_accounts(&caller).await?;
    Ok(Json(SocialAccounts::from(&accounts)))
}

fn command(provider: &str, purpose: AuthorizationPurpose, captcha: CaptchaCheck, meta: &Meta) -> BeginAuthorization {
    BeginAuthorization {
        provider: provider.to_owned(),
        purpose,
        contract: Contract::Platform,
        callback: None,
        new_user_callback: None,
        error_callback: None,
        scopes: Vec::new(),
        login_hint: None,
        captcha,
        client: meta.client.clone(),
    }
}

/// Only the browser, or the program, that has begun the login can finish it (login CSRF): it presents the cookie, or
/// the value of the header.
fn bound_to_browser(
    mut response: Response,
    begun: &BegunAuthorization,
    headers: &HeaderMap,
    app: &AppState,
) -> Response {
    cookies::set_state(&mut response, begun.id, &begun.browser, headers, &app.config);
    response
}
