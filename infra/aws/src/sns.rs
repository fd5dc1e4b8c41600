//! SNS: the operations `Publish` and `ListSubscriptionsByTopic` of the query protocol, and the messages that other
//! services publish. Messages are recorded and delivered to nothing.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::{http::StatusCode, response::Response};
use jiff::Timestamp;
use serde::Serialize;
use url::form_urlencoded;
use uuid::Uuid;

use crate::{
    ambient,
    iam::{Access, arn},
    ses::FEEDBACK_TOPIC,
    wire,
};

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

/// A subscription of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub protocol: &'static str,
    pub endpoint: String,
    pub is_confirmed: bool,
}

/// All messages since the start, and the subscriptions by topic.
#[derive(Debug)]
pub(crate) struct Sns {
    published: Mutex<Vec<Published>>,
    subscriptions: Mutex<BTreeMap<String, Vec<Subscription>>>,
}

impl Default for Sns {
    fn default() -> Self {
        let of_function = Subscription {
            protocol: "lambda",
            endpoint: arn("lambda", "function:mail-events"),
            is_confirmed: true,
        };
        Self {
            published: Mutex::default(),
            subscriptions: Mutex::new(BTreeMap::from([(FEEDBACK_TOPIC.to_owned(), vec![of_function])])),
        }
    }
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
        if form.get("Action").map(String::as_str) == Some("ListSubscriptionsByTopic") {
            return self.list_subscriptions(&form.remove("TopicArn").unwrap_or_default());
        }
        if form.get("Action").map(String::as_str) != Some("Publish") {
            return bad_request(
                "InvalidAction",
                "Only Publish and ListSubscriptionsByTopic are served here",
            );
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

    pub(crate) fn set_subscriptions(&self, topic: &str, subscriptions: Vec<Subscription>) {
        let mut topics = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        topics.insert(topic.to_owned(), subscriptions);
    }

    fn list_subscriptions(&self, topic: &str) -> Response {
        let topics = self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(subscriptions) = topics.get(topic) else {
            return error(StatusCode::NOT_FOUND, "NotFound", "Topic does not exist");
        };
        let mut members = String::new();
        for Subscription {
            protocol,
            endpoint,
            is_confirmed,
        } in subscriptions
        {
            let arn = if *is_confirmed {
                format!("{topic}:{}", ambient::random_uuid())
            } else {
                "PendingConfirmation".to_owned()
            };
            // Tests choose the texts, which have no character that XML escapes.
            members.extend([
                "<member><TopicArn>",
                topic,
                "</TopicArn><Protocol>",
                protocol,
                "</Protocol><SubscriptionArn>",
                &arn,
                "</SubscriptionArn><Owner>000000000000</Owner><Endpoint>",
                endpoint,
                "</Endpoint></member>",
            ]);
        }
        let request_id = ambient::random_uuid();
        let body = format!(
            "<ListSubscriptionsByTopicResponse xmlns=\"{XMLNS}\"><ListSubscriptionsByTopicResult>\
             <Subscriptions>{members}</Subscriptions></ListSubscriptionsByTopicResult>\
             <ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></ListSubscriptionsByTopicResponse>"
        );
        wire::respond(StatusCode::OK, XML, body)
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
