//! The events that were published to the event bus, as a page and as JSON.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use local_aws::BusEvent;
use minijinja::{Value, context};

use super::html;
use super::state::Pages;

pub(super) const TEMPLATE: &str = include_str!("events.html");

/// How many events the page shows.
const SHOWN: usize = 200;

/// The newest is last.
pub(super) async fn json(State(pages): State<Pages>) -> Response {
    Json(pages.aws.bus_events()).into_response()
}

/// The newest is first.
pub(super) async fn page(State(pages): State<Pages>) -> Response {
    let all = pages.aws.bus_events();
    let events: Vec<_> = all.iter().rev().take(SHOWN).map(facts).collect();
    html::respond(
        "events.html",
        context!(events, count => all.len(), has_events => pages.has_events),
    )
}

fn facts(event: &BusEvent) -> Value {
    let detail = serde_json::to_string_pretty(&event.detail).unwrap_or_default();
    context!(time => format!("{:.3}", event.time), kind => &event.detail_type, detail)
}
