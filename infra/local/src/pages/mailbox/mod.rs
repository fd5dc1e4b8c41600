//! The mailbox: the mail that SES accepted, as a page and as JSON, with buttons that publish events of a mail.

mod entry;
mod page;
mod source;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use lambda_http::http::{StatusCode, header};
use local_aws::{FEEDBACK_TOPIC, Feedback, UnknownName};
use serde_json::{Value, json};

pub(super) use self::page::TEMPLATE;
pub(crate) use self::page::script;

use self::entry::Entry;
use crate::pages::state::Pages;
use crate::response::message;

/// The newest mail is last.
pub(crate) async fn list(State(pages): State<Pages>) -> Json<Vec<Entry>> {
    Json(entries(&pages))
}

/// The newest mail is first.
pub(crate) async fn page(State(pages): State<Pages>) -> Response {
    page::respond(&entries(&pages))
}

/// The source of a mail, whole.
pub(crate) async fn source(State(pages): State<Pages>, Path(id): Path<String>) -> Response {
    let Some(mail) = pages.aws.mailbox().get(&id) else {
        return message(StatusCode::NOT_FOUND, "there is no such mail");
    };
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, source::source(&mail)).into_response()
}

/// Makes SES publish an event of a mail, and waits for the function that the topic invokes. A function that would refuse
/// the event because of its topic gets none.
pub(crate) async fn report(State(pages): State<Pages>, Path((id, feedback)): Path<(String, String)>) -> Response {
    let feedback: Feedback = match feedback.parse() {
        Ok(feedback) => feedback,
        Err(unknown @ UnknownName { .. }) => return message(StatusCode::NOT_FOUND, &unknown.to_string()),
    };
    if !pages.mail_events.takes(FEEDBACK_TOPIC) {
        let refused =
            format!("nothing happened: SNS_TOPIC_ARNS does not name the topic of this mailbox, {FEEDBACK_TOPIC}");
        return message(StatusCode::CONFLICT, &refused);
    }
    let Some(published) = pages.aws.publish_feedback(&id, feedback) else {
        return message(StatusCode::NOT_FOUND, "there is no such mail");
    };
    let taken = pages.mail_events.settle().await;
    let event: Value = serde_json::from_str(&published.message).unwrap_or_default();
    let answer = json!({
        "message": if taken { "published, and taken by mail-events" } else { "published; mail-events has not taken it yet" },
        "topic": published.target,
        "message_id": published.id,
        "event": event,
    });
    (StatusCode::ACCEPTED, Json(answer)).into_response()
}

fn entries(pages: &Pages) -> Vec<Entry> {
    let mails = pages.aws.mailbox().list();
    mails
        .into_iter()
        .map(|mail| Entry::new(mail, &pages.public_url))
        .collect()
}
