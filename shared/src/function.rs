//! Runs the routes of a function on Lambda.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;

use crate::aws;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::contract::unknown;
use crate::domain::Contract;
use crate::entropy::OsEntropy;
use crate::http::{AppState, logs, request_log};

pub type Error = lambda_http::Error;

/// Adds to a function's routes what every function has: responses to unknown paths and methods, a default of no
/// caching, and the request log.
pub fn app(routes: Router<AppState>, state: AppState) -> Router {
    let mut routes = routes
        .fallback(unknown::answer)
        .method_not_allowed_fallback(unknown::answer);
    if !Contract::ALL
        .iter()
        .all(|contract| state.config.contracts.contains(contract))
    {
        routes = routes.layer(from_fn_with_state(state.clone(), unknown::refuse_switched_off));
    }
    routes
        .layer(from_fn_with_state(state.clone(), around))
        .with_state(state)
}

/// One layer for all, because each layer is added to every route when the function starts.
async fn around(app: State<AppState>, request: Request, next: Next) -> Response {
    without_caching(request_log::record(app, request, next).await)
}

/// Most responses belong to one user, and many contain a secret: a response that may be cached sets the header itself.
fn without_caching(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The routes of a function crate in all contracts. The state is passed in for middleware that needs it.
pub type Routes = fn(&AppState) -> Router<AppState>;

/// Runs a function on Lambda: clients are built once, then requests are served until the execution environment ends.
pub async fn serve(routes: Routes) -> Result<(), Error> {
    logs::init();
    let config = Config::from_environment()?;
    let core = aws::core(&config, &aws::on_lambda(), Arc::new(OsEntropy))?;
    let state = AppState::new(core, config, Arc::new(SystemClock), request_log::to_stdout);
    lambda_http::run(app(routes(&state), state)).await
}
