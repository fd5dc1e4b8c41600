//! From a function's routes to a running Lambda function.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::{AppState, request_log, unknown};
use crate::aws;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::entropy::OsEntropy;

pub type Error = lambda_http::Error;

/// Adds to a function's routes what every function has: answers to unknown paths and methods, and the request log.
pub fn app(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .fallback(unknown::answer)
        .method_not_allowed_fallback(unknown::answer)
        .layer(from_fn_with_state(state.clone(), request_log::record))
        .with_state(state)
}

/// What a function crate offers: its routes in all contracts. The state is handed in for middleware that needs it.
pub type Routes = fn(&AppState) -> Router<AppState>;

/// Runs a function on Lambda: clients are built once, then requests are answered until the environment ends.
pub async fn serve(routes: Routes) -> Result<(), Error> {
    init_logs();
    let config = Config::from_environment()?;
    let core = aws::core(&config, &aws::load().await, Arc::new(OsEntropy))?;
    let state = AppState::new(core, config, Arc::new(SystemClock), request_log::to_stdout);
    lambda_http::run(app(routes(&state), state)).await
}

/// Logs are JSON on standard error; `RUST_LOG` says how much of them.
pub fn init_logs() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,aws_smithy_runtime=off"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .without_time();
    subscriber.with_writer(std::io::stderr).with_current_span(false).init();
}
