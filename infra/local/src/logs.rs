//! The logs of the command: what it prints for each request, and what the service logs.

use std::fmt;
use std::io;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;

/// The log lines of the embedded engine about each request repeat what the request line says.
const QUIET: &str = "info,dynoxide=error,aws_smithy_runtime=off";

/// The audit records, of which a deployment logs each as a line, are long. People find them at `/_local/audit.json`.
const NO_RECORDS: &str = "audit=off";

/// How lines are written: for people, or as JSON, as a deployment writes them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    #[default]
    Text,
}

#[derive(Debug, thiserror::Error)]
#[error("must be `json` or `text`")]
pub struct UnknownFormat;

impl FromStr for LogFormat {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err(UnknownFormat),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Text => "text",
        })
    }
}

/// Standard output belongs to the user, so logs go to standard error. A line that is written during a request has the id
/// of the request in its span. The environment variable `RUST_LOG` sets the levels.
pub fn init(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| match format {
        LogFormat::Text => EnvFilter::new(format!("{QUIET},{NO_RECORDS}")),
        LogFormat::Json => EnvFilter::new(QUIET),
    });
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .without_time();
    match format {
        LogFormat::Text => lines.with_target(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).init(),
    }
}
