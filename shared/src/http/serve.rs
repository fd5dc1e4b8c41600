//! From a function's routes to a running Lambda function.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

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
    let core = aws::core(&config, &aws::on_lambda(), Arc::new(OsEntropy))?;
    let state = AppState::new(core, config, Arc::new(SystemClock), request_log::to_stdout);
    lambda_http::run(app(routes(&state), state)).await
}

/// Logs are JSON on standard error; `RUST_LOG` says how much of them, as `info,aws_smithy_runtime=debug` does.
pub fn init_logs() {
    let wanted = std::env::var("RUST_LOG")
        .ok()
        .and_then(|directives| directives.parse::<Targets>().ok());
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .without_time()
        .with_current_span(false)
        .with_writer(std::io::stderr);
    let filter = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
}
