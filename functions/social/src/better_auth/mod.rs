//! The `better_auth` contract: sign-in with identity providers, and the linked accounts of a user. Each endpoint has a
//! file; this one has what several of them share.

mod account_info;
mod callback;
mod get_access_token;
mod link_social;
mod list_accounts;
mod refresh_token;
mod sign_in_social;
mod unlink_account;

use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::HeaderMap;
use http::header::LOCATION;
use shared::contract::better_auth::social::{AccountRequest, AuthorizationUrl, SocialRequest};
use shared::contract::better_auth::{Failure, callback as target, check_origin, cookies};
use shared::contract::{Contract, sign_in_policy, unknown};
use shared::domain::AuthorizationPurpose;
use shared::http::{AppState, Meta};
use shared::operations::{AccountSelector, BeginAuthorization, Caller, CaptchaCheck, SignInPolicy};

use account_info::account_info;
use callback::{callback, post_callback};
use get_access_token::get_access_token;
use link_social::link_social;
use list_accounts::list_accounts;
use refresh_token::refresh_token;
use sign_in_social::sign_in_social;
use unlink_account::unlink_account;

pub fn routes(state: &AppState) -> Router<AppState> {
    let checked = Router::new()
        .route("/api/auth/sign-in/social", post(sign_in_social))
        .route("/api/auth/link-social", post(link_social))
        .route("/api/auth/list-accounts", get(list_accounts))
        .route("/api/auth/unlink-account", post(unlink_account))
        .route("/api/auth/refresh-token", post(refresh_token))
        .route("/api/auth/get-access-token", post(get_access_token))
        .route("/api/auth/account-info", get(account_info))
        .route_layer(from_fn_with_state(state.clone(), check_origin));
    // Providers that respond with a form post it from their own origin. The state proves that the response was
    // requested.
    // The GET operation consumes the state and may open a session, so a HEAD request must not run it.
    let callback = get(callback).head(unknown::answer).post(post_callback);
    checked.route("/api/auth/callback/{provider}", callback)
}

fn policy(app: &AppState) -> SignInPolicy {
    sign_in_policy(Contract::BetterAuth, &app.core)
}

/// Responds with the URL of the provider's page, and sets the cookie that binds the authorization to the browser.
async fn begin(
    app: &AppState,
    meta: &Meta,
    headers: &HeaderMap,
    request: SocialRequest,
    purpose: AuthorizationPurpose,
    captcha: CaptchaCheck,
) -> Result<Response, Failure> {
    let command = BeginAuthorization {
        callback: target(request.callback_url.as_deref(), meta, &app.config)?,
        new_user_callback: target(request.new_user_callback_url.as_deref(), meta, &app.config)?,
        error_callback: target(request.error_callback_url.as_deref(), meta, &app.config)?,
        provider: request.provider,
        purpose,
        contract: Contract::BetterAuth,
        scopes: request.scopes,
        login_hint: request.login_hint,
        captcha,
        client: meta.client.clone(),
    };
    let begun = app.core.begin_authorization(command, meta.now).await?;
    let answer = AuthorizationUrl {
        url: begun.url.to_string(),
        redirect: !request.disable_redirect,
        status: None,
    };
    let location = answer.url.parse().ok().filter(|_| answer.redirect);
    let mut response = Json(answer).into_response();
    cookies::set_state(&mut response, begun.id, &begun.browser, headers, &app.config);
    if let Some(location) = location {
        // The framework sends this header with a 200: the client redirects the browser.
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

/// Only the caller's accounts are accessible: a request that names another user finds none.
fn own_account(caller: &Caller, request: AccountRequest) -> Result<AccountSelector, Failure> {
    match request.user_id {
        Some(id) if id != caller.user.id.to_string() => Err(Failure::account_not_found()),
        _ => Ok(AccountSelector {
            provider: request.provider,
            account: request.account,
        }),
    }
}
