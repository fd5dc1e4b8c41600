//! The public endpoint against forged messages: each is refused with 403, causes no request
//! except to SNS, and changes nothing.

use serde_json::{Value, json};
use shared::domain::EmailStatus;

use crate::support::Service;
use crate::support::authority::ISSUER_URL;
use crate::support::reports::{COMPLAINT, HARD_BOUNCE, SOFT_BOUNCE};
use crate::support::sns::{CERTIFICATE, HOST, TOPIC, notification, offer, signed, subscribe_url, unsigned};

/// Refused, and without effect. What was asked for on the way.
async fn refused(service: &Service, message: &Value) -> Vec<String> {
    let before = service.sns.web.asked().len();
    let answer = service.post(message).await.expect(403).json();
    assert_eq!(answer["result"], "FAILURE");
    assert_eq!(answer["data"]["code"], "FORBIDDEN");
    assert_eq!(service.status().await, EmailStatus::Deliverable, "{message}");
    service.sns.web.asked().split_off(before)
}

/// A message that is changed before it is signed, as an attacker with a key of SNS could do.
fn signed_with(change: impl Fn(&mut Value)) -> Value {
    let mut message = unsigned(&HARD_BOUNCE.event());
    change(&mut message);
    signed(message)
}

/// Changed after it was signed.
fn altered(change: impl Fn(&mut Value)) -> Value {
    let mut message = unsigned(&HARD_BOUNCE.event());
    message["Subject"] = json!("Amazon SES Email Event Notification");
    let mut message = signed(message);
    change(&mut message);
    message
}

#[tokio::test]
async fn certificates_elsewhere_are_not_fetched() {
    let service = Service::start().await;
    let file = "SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem";
    for url in [
        format!("https://sns.us-east-1.amazonaws.com.evil.test/{file}"),
        format!("https://evil-sns.us-east-1.amazonaws.com/{file}"),
        format!("https://evil.test/sns.us-east-1.amazonaws.com/{file}"),
        format!("https://sns.us-east-1.amazonaws.com@evil.test/{file}"),
        format!("https://user@sns.us-east-1.amazonaws.com/{file}"),
        format!("https://user:secret@sns.us-east-1.amazonaws.com/{file}"),
        format!("https://sns.us-east-1.amazonaws.com:443/{file}"),
        format!("https://sns.us-east-1.amazonaws.com:8443/{file}"),
        format!("https://sns.us-east-1.amazonaws.com./{file}"),
        format!("https://sns.us-east-1.amazonaws.com.cn/{file}"),
        format!("https://sns.eu-west-1.amazonaws.com/{file}"),
        format!("https://sns.us-east-1.amazonaws.com%2f@evil.test/{file}"),
        format!("https://sns.us-east-1.amazonaws.com\\@evil.test/{file}"),
        format!("https://sns.us-east-1.amazonaws.com\t/{file}"),
        format!("https://s3.amazonaws.com/{file}"),
        format!("http://sns.us-east-1.amazonaws.com/{file}"),
        format!("file:///{file}"),
        format!("{HOST}/{file}?x=1"),
        format!("{HOST}/{file}#x"),
        format!("{HOST}/x/../{file}"),
        format!("{HOST}//{file}"),
        format!("{HOST}/evil.pem"),
        format!("{HOST}/SimpleNotificationService-evil.pem"),
        format!("{HOST}/?Action=X&y={file}"),
        String::new(),
    ] {
        let message = signed_with(|message| message["SigningCertURL"] = json!(url));
        assert_eq!(refused(&service, &message).await, [""; 0], "{url}");
    }
}

#[tokio::test]
async fn other_topics_are_not_heard() {
    let service = Service::start().await;
    for topic in [
        "arn:aws:sns:us-east-1:999999999999:mail-events",
        "arn:aws:sns:us-east-1:123456789012:mail-events2",
        "arn:aws:sns:eu-west-1:123456789012:mail-events",
        "arn:aws:sns:us-east-1:123456789012:mail-events:c9135db0",
        "mail-events",
        "",
    ] {
        let message = signed_with(|message| message["TopicArn"] = json!(topic));
        assert_eq!(refused(&service, &message).await, [""; 0], "{topic}");
    }
}

#[tokio::test]
async fn without_topics_every_message_is_refused() {
    let service = Service::with_settings(&[]).await;
    assert_eq!(refused(&service, &notification(&HARD_BOUNCE.event())).await, [""; 0]);
}

#[tokio::test]
async fn messages_of_another_time_are_refused() {
    let service = Service::start().await;
    for timestamp in [
        "2026-01-31T10:59:59.999Z",
        "2025-01-31T12:00:00.000Z",
        "2026-01-31T12:05:00.001Z",
        "2027-01-31T12:00:00.000Z",
        "2026-01-31 noon",
        "1769860800",
        "",
    ] {
        let message = signed_with(|message| message["Timestamp"] = json!(timestamp));
        assert_eq!(refused(&service, &message).await, [""; 0], "{timestamp}");
    }
    for timestamp in ["2026-01-31T11:00:00.000Z", "2026-01-31T12:05:00.000Z"] {
        let message = signed_with(|message| message["Timestamp"] = json!(timestamp));
        let _ = service.post(&message).await.expect(200);
    }
}

#[tokio::test]
async fn what_is_changed_after_it_was_signed_is_refused() {
    let service = Service::start().await;
    let other = notification(&SOFT_BOUNCE.event())["Signature"].clone();
    let changes: [(&str, Value); 9] = [
        ("Message", json!(COMPLAINT.event())),
        ("Message", json!(format!("{} ", HARD_BOUNCE.event()))),
        ("MessageId", json!("00000000-fdea-4c2c-8f9d-bdfb0c7bf324")),
        ("Timestamp", json!("2026-01-31T12:00:00.001Z")),
        ("Timestamp", json!("2026-01-31T12:00:00Z")),
        ("Subject", json!("Another")),
        ("Subject", Value::Null),
        ("Signature", other),
        ("Signature", json!("")),
    ];
    for (field, value) in changes {
        refused(&service, &altered(|message| message[field] = value.clone())).await;
    }
    refused(
        &service,
        &altered(|message| drop(message.as_object_mut().unwrap().remove("Subject"))),
    )
    .await;
    let mut without_subject = notification(&HARD_BOUNCE.event());
    without_subject["Subject"] = json!("");
    refused(&service, &without_subject).await;
}

#[tokio::test]
async fn a_signature_holds_in_its_own_version() {
    let service = Service::start().await;
    for (signed_in, said) in [("1", "2"), ("2", "1")] {
        let mut message = signed_with(|message| message["SignatureVersion"] = json!(signed_in));
        message["SignatureVersion"] = json!(said);
        refused(&service, &message).await;
    }
    for version in ["", "0", "3", "01", "1.0", "２"] {
        let message = altered(|message| message["SignatureVersion"] = json!(version));
        refused(&service, &message).await;
    }
}

#[tokio::test]
async fn a_signature_is_base64() {
    let service = Service::start().await;
    for signature in ["?", "====", "c2lnbmVk\n", " c2lnbmVk", "c2lnbmV"] {
        refused(&service, &altered(|message| message["Signature"] = json!(signature))).await;
    }
}

/// A notification whose text is what a message of another topic would be, up to the name of that topic.
#[tokio::test]
async fn a_text_does_not_pass_for_other_fields() {
    let service = Service::start().await;
    let foreign = "arn:aws:sns:us-east-1:999999999999:evil";
    let genuine = signed_with(|message| {
        message["Message"] = json!(format!(
            "{}\nMessageId\n1\nTimestamp\n2026-01-31T12:00:00.000Z\nTopicArn\n{TOPIC}",
            HARD_BOUNCE.event()
        ));
        message["TopicArn"] = json!(foreign);
    });
    let mut message = genuine.clone();
    message["Message"] = json!(HARD_BOUNCE.event());
    message["MessageId"] = json!("1");
    message["TopicArn"] = json!(format!(
        "{TOPIC}\nMessageId\n{}\nTimestamp\n{}\nTopicArn\n{foreign}",
        genuine["MessageId"].as_str().unwrap(),
        genuine["Timestamp"].as_str().unwrap()
    ));
    refused(&service, &message).await;
    message["TopicArn"] = json!(TOPIC);
    refused(&service, &message).await;
}

#[tokio::test]
async fn offers_that_lead_elsewhere_are_not_taken_up() {
    let service = Service::start().await;
    let foreign = "arn:aws:sns:us-east-1:999999999999:evil";
    for url in [
        subscribe_url().replace("https://", "http://"),
        subscribe_url().replace("amazonaws.com", "amazonaws.com.evil.test"),
        subscribe_url().replace("https://", "https://user@"),
        subscribe_url().replace("amazonaws.com/", "amazonaws.com:8443/"),
        subscribe_url().replace("us-east-1.amazonaws", "eu-west-1.amazonaws"),
        subscribe_url().replace(TOPIC, foreign),
        subscribe_url().replace("ConfirmSubscription", "DeleteTopic"),
        subscribe_url().replace("2336412f37", "2336412f38"),
        format!("{}&TopicArn={foreign}", subscribe_url()),
        format!("{}#x", subscribe_url()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        String::new(),
    ] {
        let mut message = offer("SubscriptionConfirmation");
        message["SubscribeURL"] = json!(url);
        assert_eq!(refused(&service, &signed(message)).await, [""; 0], "{url}");
    }
}

#[tokio::test]
async fn offers_of_other_topics_are_not_taken_up() {
    let service = Service::start().await;
    let foreign = "arn:aws:sns:us-east-1:999999999999:evil";
    let mut message = offer("SubscriptionConfirmation");
    message["TopicArn"] = json!(foreign);
    message["SubscribeURL"] = json!(subscribe_url().replace(TOPIC, foreign));
    assert_eq!(refused(&service, &signed(message)).await, [""; 0]);
}

#[tokio::test]
async fn offers_that_were_changed_are_not_taken_up() {
    let service = Service::start().await;
    let genuine = signed(offer("SubscriptionConfirmation"));
    let mut kind = genuine.clone();
    kind["Type"] = json!("UnsubscribeConfirmation");
    let mut token = genuine.clone();
    token["Token"] = json!("2336412f38");
    token["SubscribeURL"] = json!(subscribe_url().replace("2336412f37", "2336412f38"));
    for message in [kind, token] {
        let asked = refused(&service, &message).await;
        assert!(
            asked.iter().all(|url| url == CERTIFICATE || url == ISSUER_URL),
            "{asked:?}"
        );
    }
}

#[tokio::test]
async fn a_sender_causes_no_endless_fetches() {
    let topics = [("SNS_TOPIC_ARNS", TOPIC), ("RATE_LIMITS", "on")];
    let service = Service::with_settings(&topics).await;
    let forged = |number: usize| {
        signed_with(|message| {
            message["SigningCertURL"] = json!(format!("{HOST}/SimpleNotificationService-{number:x}.pem"));
        })
    };
    for number in 0..30 {
        assert_eq!(refused(&service, &forged(number)).await.len(), 1);
    }
    let answer = service.post(&forged(30)).await.expect(429);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(answer.json()["data"]["code"], "RATE_LIMITED");
    assert_eq!(service.sns.web.asked().len(), 30);
    // SNS posts from another address.
    let request = service
        .app
        .post("/accounts/v1/notifications/ses")
        .from_ip("203.0.113.9");
    let message = notification(&HARD_BOUNCE.event()).to_string();
    let _ = request.body("text/plain", message).send().await.expect(200);
}
