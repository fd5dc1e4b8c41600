//! The cost of requests, as a page and as JSON.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use minijinja::{Value, context};

use super::html;
use super::state::Pages;
use crate::calls::Counts;

pub(super) const TEMPLATE: &str = include_str!("calls.html");

pub(super) async fn json(State(pages): State<Pages>) -> Response {
    Json(pages.calls.snapshot()).into_response()
}

pub(super) async fn page(State(pages): State<Pages>) -> Response {
    let snapshot = pages.calls.snapshot();
    let routes: Vec<_> = snapshot
        .routes
        .iter()
        .map(|(name, counts)| facts(name, counts))
        .collect();
    let since = format!("{:.0}", snapshot.since);
    html::respond("calls.html", context!(since, routes))
}

fn facts(name: &str, counts: &Counts) -> Value {
    let (total, last) = (&counts.total, &counts.last);
    let costs = [
        (total.dynamodb.into(), last.dynamodb.into()),
        (total.read_units, last.read_units),
        (total.write_units, last.write_units),
        (total.kms.into(), last.kms.into()),
        (total.ses.into(), last.ses.into()),
    ];
    let costs = costs.map(|(total, last)| cost(total, last, counts.requests));
    context!(name, requests => counts.requests, costs)
}

/// `1.5 (2)`: the average and the last request; empty if no request has had this cost.
#[expect(clippy::cast_precision_loss, reason = "no counter comes near 2^53")]
fn cost(total: f64, last: f64, requests: u64) -> String {
    if total == 0.0 {
        return String::new();
    }
    let average = (total / requests.max(1) as f64 * 10.0).round() / 10.0;
    format!("{average} ({last})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_an_average_and_the_last_request() {
        assert_eq!(cost(10.0, 4.5, 3), "3.3 (4.5)");
        assert_eq!(cost(6.0, 0.0, 2), "3 (0)");
        assert_eq!(cost(0.0, 0.0, 2), "");
    }
}
