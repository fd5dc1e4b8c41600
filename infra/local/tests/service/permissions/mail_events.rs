//! `mail-events` notes what SES reports: what the topic hands over, and what is posted to the endpoint.

use serde_json::json;
use shared::clock::{Clock as _, SystemClock};

use super::people::{ADA, press, sign_up};
use super::stage::Stage;
use crate::client::Local;

/// A message of a region that does not exist, so that no certificate is fetched.
const TOPIC: &str = "arn:aws:sns:nowhere-1:000000000000:reports";

pub async fn story(stage: &Stage) {
    let topic = format!("SNS_TOPIC_ARNS={TOPIC},arn:aws:sns:us-east-1:000000000000:ostiary-mail-events");
    let local = stage.open(&["SES_ACCOUNT_SUPPRESSION=on", &topic]).await;
    sign_up(&local, ADA).await;
    for feedback in ["delivery", "bounce", "complaint"] {
        press(&local, feedback).await;
    }
    post_unsigned_message(&local).await;
}

/// What is not signed has no effect, but costs the sender one of a few tries.
async fn post_unsigned_message(local: &Local) {
    let host = "https://sns.nowhere-1.amazonaws.com";
    let message = json!({
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": "{}",
        "Timestamp": SystemClock.now().to_string(),
        "SignatureVersion": "2",
        "Signature": "AAAA",
        "SigningCertURL": format!("{host}/SimpleNotificationService-{}.pem", "0".repeat(32)),
        "UnsubscribeURL": format!("{host}/?Action=Unsubscribe"),
    });
    let posted = local
        .post("/accounts/v1/notifications/ses")
        .header("content-type", "text/plain");
    let answer = posted.body(message.to_string()).send().await;
    assert!(!answer.status.is_success(), "{}", answer.text());
}
