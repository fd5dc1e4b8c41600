//! What a function logs: lines of JSON on standard error.

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// `RUST_LOG` says how much, as `info,aws_smithy_runtime=debug` does, within bounds.
pub fn init() {
    let wanted = std::env::var("RUST_LOG")
        .ok()
        .and_then(|directives| directives.parse::<Targets>().ok());
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .without_time()
        .with_current_span(false)
        .with_writer(std::io::stderr);
    let filter = bounded(wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO)));
    tracing_subscriber::registry().with(lines.with_filter(filter)).init();
}

/// Whatever is wanted, auditors get their lines, and nobody gets what is below `debug`: there Lambda's runtime writes
/// down whole events, passwords and all. Nor does anybody get what the library that reads passkeys says, which repeats
/// bytes of strangers as errors of its own.
#[must_use]
pub fn bounded(wanted: Targets) -> Targets {
    let default = wanted.default_level().unwrap_or(LevelFilter::OFF);
    let bounded = Targets::new().with_default(default.min(LevelFilter::DEBUG));
    wanted
        .into_iter()
        .filter(|(target, _)| !target.starts_with(PASSKEYS))
        .map(|(target, level)| (target, level.min(LevelFilter::DEBUG)))
        .fold(bounded, |bounded, (target, level)| bounded.with_target(target, level))
        .with_target(PASSKEYS, LevelFilter::OFF)
        .with_target(AUDIT, LevelFilter::INFO)
}

const PASSKEYS: &str = "webauthn_rs";
const AUDIT: &str = "audit";

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn no_setting_brings_out_events_or_what_strangers_sent() {
        for directives in [
            "off",
            "info",
            "trace",
            "lambda_runtime=trace,lambda_runtime::layers=trace",
            "webauthn_rs_core=trace,webauthn_rs_core::proto=trace,webauthn_rs=trace",
        ] {
            let filter = bounded(directives.parse().expect("directives"));
            assert!(!filter.would_enable("lambda_runtime::layers::api_response", &Level::TRACE));
            for target in [
                "webauthn_rs_core",
                "webauthn_rs_core::proto",
                "webauthn_rs_core::internals",
            ] {
                assert!(!filter.would_enable(target, &Level::ERROR), "{directives}");
            }
        }
    }

    #[test]
    fn no_setting_hides_what_auditors_read() {
        for directives in ["off", "error", "audit=off"] {
            let filter = bounded(directives.parse().expect("directives"));
            assert!(filter.would_enable("audit", &Level::INFO), "{directives}");
        }
    }

    #[test]
    fn within_bounds_a_setting_counts() {
        let filter = bounded("warn,shared=debug".parse().expect("directives"));
        assert!(filter.would_enable("shared::store", &Level::DEBUG) && filter.would_enable("aws_config", &Level::WARN));
        assert!(!filter.would_enable("aws_config", &Level::INFO));
    }
}
