//! The log: lines of JSON on standard error, as every function writes them.

use shared::http::logs;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::audit;

/// The environment variable `RUST_LOG` sets the level, within bounds.
pub fn init() {
    let wanted = std::env::var("RUST_LOG")
        .ok()
        .and_then(|directives| directives.parse::<Targets>().ok());
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .without_time()
        .with_current_span(false)
        .map_event_format(logs::Lines)
        .with_writer(std::io::stderr);
    let filter = bounded(wanted.unwrap_or_else(usual));
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
}

/// The search for region and credentials is not logged: an error names what is missing.
fn usual() -> Targets {
    Targets::new()
        .with_default(LevelFilter::INFO)
        .with_target("aws_config", LevelFilter::ERROR)
}

/// The bounds of `shared::http::logs`: audit events are always written, and what no function may log never is.
fn bounded(wanted: Targets) -> Targets {
    logs::bounded(wanted).with_target(audit::TARGET, LevelFilter::INFO)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    fn filter(directives: &str) -> Targets {
        bounded(directives.parse().expect("directives"))
    }

    #[test]
    fn audit_events_are_always_written_and_lambda_events_never() {
        for directives in [
            "off",
            "error",
            "trace",
            "audit=off",
            "lambda_runtime=trace,lambda_runtime::layers=trace",
        ] {
            let filter = filter(directives);
            assert!(filter.would_enable(audit::TARGET, &Level::INFO), "{directives}");
            assert!(!filter.would_enable("lambda_runtime::layers::api_response", &Level::TRACE));
        }
        assert!(filter("shared=debug").would_enable("shared::store", &Level::DEBUG));
        assert!(!filter("error").would_enable("shared::store", &Level::WARN));
    }
}
