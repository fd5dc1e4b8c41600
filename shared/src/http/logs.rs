//! The log of a function: lines of JSON on standard error. A line that is written during a request has the ids of the
//! request under `span`, as [`request_span`] names them; the request line of `request_log` has the same ids.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Span, Subscriber, error_span};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::audit;

/// The environment variable `RUST_LOG` sets the level by target, as in `info,aws_smithy_runtime=debug`, within
/// [`bounded`].
pub fn init() {
    let wanted = std::env::var("RUST_LOG")
        .ok()
        .and_then(|directives| directives.parse::<Targets>().ok());
    let wanted = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    subscriber(wanted, std::io::stderr).init();
}

/// The innermost span is enough: spans within a request's belong to the AWS SDK and are written at `debug` only. Events
/// outside of a request, as in a function that a stream invokes, are in the span of Lambda's runtime, with `requestId`.
pub(super) fn subscriber<W>(wanted: Targets, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .without_time()
        .with_span_list(false)
        .map_event_format(Lines)
        .with_writer(writer);
    tracing_subscriber::registry().with(lines.with_filter(bounded(wanted)))
}

/// The form of the lines: JSON, of which an audit record is the whole line, so that its fields are those of the line.
#[derive(Debug)]
pub struct Lines<F>(pub F);

impl<S, N, F> FormatEvent<S, N> for Lines<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut record = AuditRecord::default();
        if event.metadata().target() == audit::TARGET {
            event.record(&mut record);
        }
        match record.0.as_deref().and_then(|json| json.strip_prefix('{')) {
            Some(fields) => writeln!(writer, "{{\"level\":\"INFO\",\"target\":\"{}\",{fields}", audit::TARGET),
            None => self.0.format_event(context, writer, event),
        }
    }
}

/// The record of an audit event, as JSON.
#[derive(Default)]
struct AuditRecord(Option<String>);

impl Visit for AuditRecord {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == audit::RECORD {
            self.0 = Some(format!("{value:?}"));
        }
    }
}

/// The span of a request: `request_id` is API Gateway's, `lambda_request_id` that of Lambda, which its own log lines
/// have too.
pub(super) fn request_span(request_id: Option<&str>, lambda_request_id: Option<&str>) -> Span {
    error_span!(target: REQUEST, "request", request_id, lambda_request_id)
}

/// The bounds hold for any setting. Audit events are always written. Nothing below `debug` is: there, Lambda's runtime
/// logs whole events, with passwords. The WebAuthn library logs nothing, because its errors repeat bytes that clients
/// sent.
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
        .with_target(RUNTIME_SPAN, LevelFilter::INFO)
        .with_target(REQUEST, LevelFilter::ERROR)
        .with_target(audit::TARGET, LevelFilter::INFO)
}

const PASSKEYS: &str = "webauthn_rs";
const REQUEST: &str = "request";
/// The module of Lambda's runtime whose span has the request id. It logs nothing itself.
const RUNTIME_SPAN: &str = "lambda_runtime::layers::trace";

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn no_setting_logs_events_or_bytes_that_clients_sent() {
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
    fn no_setting_hides_audit_events() {
        for directives in ["off", "error", "audit=off", "request=off"] {
            let filter = bounded(directives.parse().expect("directives"));
            assert!(filter.would_enable("audit", &Level::INFO), "{directives}");
            assert!(filter.would_enable("request", &Level::ERROR), "{directives}");
            assert!(
                filter.would_enable("lambda_runtime::layers::trace", &Level::INFO),
                "{directives}"
            );
        }
    }

    #[test]
    fn within_bounds_a_setting_counts() {
        let filter = bounded("warn,shared=debug".parse().expect("directives"));
        assert!(filter.would_enable("shared::store", &Level::DEBUG) && filter.would_enable("aws_config", &Level::WARN));
        assert!(!filter.would_enable("aws_config", &Level::INFO));
    }
}
