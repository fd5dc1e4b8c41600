//! SNS: the operation `Publish` of the query protocol, and the messages that other services publish. Messages are
//! recorded and delivered to nothing.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use serde::Serialize;
use url::form_urlencoded;
use uuid::Uuid;

use crate::{ambient, iam::Access, wire};

pub(crate) const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";
const XML: &str = "text/xml";
const XMLNS: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

/// A message that was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    pub id: String,
    pub at: Timestamp,
    /// A topic's ARN, a target's ARN or a phone number.
    pub target: String,
    pub subject: Option<String>,
    pub message: String,
}

/// All messages since the start.
#[derive(Debug, Default)]
pub(crate) struct Sns {
    published: Mutex<Vec<Published>>,
}

impl Sns {
    pub(crate) fn published(&self) -> Vec<Published> {
        self.messages().clone()
    }

    /// The permission that a request needs.
    pub(crate) fn required_access(body: &[u8]) -> Access {
        let form: BTreeMap<_, _> = form_urlencoded::parse(body).collect();
        let named = |name: &str| form.get(name).map(ToString::to_string);
        let resource = named("TopicArn").or_else(|| named("TargetArn"));
        let action = named("Action").unwrap_or_default();
        Access::new(format!("sns:{action}"), resource.unwrap_or_else(|| "*".to_owned()))
    }

    pub(crate) fn answer(&self, body: &[u8]) -> Response {
        let mut form: BTreeMap<_, _> = form_urlencoded::parse(body).into_owned().collect();
        let bad_request = |code, message| error(StatusCode::BAD_REQUEST, code, message);
        if form.get("Action").map(String::as_str) != Some("Publish") {
            return bad_request("InvalidAction", "Only Publish is served here");
        }
        let target = ["TopicArn", "TargetArn", "PhoneNumber"]
            .into_iter()
            .find_map(|name| form.remove(name));
        let Some(target) = target else {
            return bad_request(
                "InvalidParameter",
                "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
            );
        };
        let Some(message) = form.remove("Message").filter(|message| !message.is_empty()) else {
            return bad_request("InvalidParameter", "Invalid parameter: Empty message");
        };
        published_answer(&self.publish(target, form.remove("Subject"), message).id)
    }

    pub(crate) fn publish(&self, target: String, subject: Option<String>, message: String) -> Published {
        let published = Published {
            id: ambient::random_uuid().to_string(),
            at: ambient::now(),
            target,
            subject,
            message,
        };
        self.messages().push(published.clone());
        published
    }

    fn messages(&self) -> MutexGuard<'_, Vec<Published>> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn published_answer(id: &str) -> Response {
    let request_id = ambient::random_uuid();
    let body = format!(
        "<PublishResponse xmlns=\"{XMLNS}\"><PublishResult><MessageId>{id}</MessageId></PublishResult>\
         <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></PublishResponse>"
    );
    wire::respond(StatusCode::OK, XML, body)
}

/// The error shape of the query protocol. Code and message contain no text of a client, so nothing is escaped.
pub(crate) fn error(status: StatusCode, code: &'static str, message: &str) -> Response {
    let kind = if status.is_server_error() { "Receiver" } else { "Sender" };
    let request_id: Uuid = ambient::random_uuid();
    let body = format!(
        "<ErrorResponse xmlns=\"{XMLNS}\"><Error><Type>{kind}</Type><Code>{code}</Code><Message>{message}</Message>\
         </Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    );
    wire::respond(status, XML, body)
}
