//! Counters of this process, in the text format of Prometheus. On Lambda each process has its own, so a page shows one
//! process; the totals are the metrics of CloudWatch, which are written from the request log.
//!
//! The labels come from fixed sets, so that a client can neither add series nor put data of a user into one.

use std::sync::LazyLock;

use prometheus::{
    Encoder as _, Error, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TEXT_FORMAT, TextEncoder,
};

use super::RequestRecord;

/// The upper bounds of the histogram, in seconds. A sign-in is a hash of 20 to 30 ms and three calls to the table.
const BUCKETS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

static METRICS: LazyLock<Metrics> = LazyLock::new(|| Metrics::new().expect("the names and labels are valid"));

struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    duration: HistogramVec,
    calls: IntCounterVec,
}

impl Metrics {
    fn new() -> Result<Self, Error> {
        let requests = IntCounterVec::new(
            Opts::new(
                "ostiary_http_requests_total",
                "Requests that this process has answered. On Lambda each process counts its own requests; the totals \
                 are in CloudWatch.",
            ),
            &["contract", "method", "route", "status"],
        )?;
        let duration = HistogramVec::new(
            HistogramOpts::new(
                "ostiary_http_request_duration_seconds",
                "Time that this process has taken to answer.",
            )
            .buckets(BUCKETS.to_vec()),
            &["contract"],
        )?;
        let calls = IntCounterVec::new(
            Opts::new(
                "ostiary_aws_calls_total",
                "Calls to services of AWS that requests to this process have caused.",
            ),
            &["service"],
        )?;
        let registry = Registry::new();
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(duration.clone()))?;
        registry.register(Box::new(calls.clone()))?;
        Ok(Self {
            registry,
            requests,
            duration,
            calls,
        })
    }
}

pub fn count(record: &RequestRecord) {
    let contract = record.contract.unwrap_or("none");
    let method = METHODS
        .into_iter()
        .find(|known| *known == record.method)
        .unwrap_or("other");
    METRICS
        .requests
        .with_label_values(&[contract, method, &record.route, &record.status.to_string()])
        .inc();
    METRICS
        .duration
        .with_label_values(&[contract])
        .observe(record.duration_ms / 1000.0);
    let usage = &record.usage;
    for (service, calls) in [("dynamodb", usage.dynamodb), ("kms", usage.kms), ("ses", usage.ses)] {
        METRICS.calls.with_label_values(&[service]).inc_by(calls.into());
    }
}

/// The content type, and the text.
pub fn render() -> (&'static str, Vec<u8>) {
    let mut text = Vec::new();
    if let Err(error) = TextEncoder::new().encode(&METRICS.registry.gather(), &mut text) {
        tracing::error!(%error, "the metrics cannot be written");
    }
    (TEXT_FORMAT, text)
}
