//! The public endpoint, for SNS itself: messages that are genuine, and what else the contract says. Answers are held against the
//! contract's document as they come.

use serde_json::{Value, json};
use shared::domain::EmailStatus;

use crate::support::authority::ISSUER_URL;
use crate::support::reports::{
    ADA, COMPLAINT, DELAY, DELIVERY, HARD_BOUNCE, PRAISE, REJECT, Report, SOFT_BOUNCE, UNCLEAR_BOUNCE,
};
use crate::support::sns::{CERTIFICATE, notification, offer, signed, subscribe_url, unsigned};
use crate::support::{Service, log};

fn of_version(version: &str, message: &str) -> Value {
    let mut message = unsigned(message);
    message["SignatureVersion"] = json!(version);
    message
}

#[tokio::test]
async fn both_versions_of_signatures_are_believed() {
    for version in ["1", "2"] {
        let service = Service::start().await;
        let mut message = of_version(version, &HARD_BOUNCE.event());
        message["Subject"] = json!("Amazon SES Email Event Notification");
        let answer = service.post(&signed(message)).await.expect(200).json();
        assert_eq!(
            answer,
            json!({
                "result": "SUCCESS",
                "message": "Operation succeeded",
                "data": {
                    "messageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
                    "type": "Notification",
                    "notificationType": "Bounce",
                    "handled": true,
                },
            })
        );
        assert!(service.status().await.is_suppressed());
    }
}

#[tokio::test]
async fn every_report_is_taken_in_both_formats() {
    for (report, documented) in [
        (HARD_BOUNCE, json!("Bounce")),
        (SOFT_BOUNCE, json!("Bounce")),
        (UNCLEAR_BOUNCE, json!("Bounce")),
        (COMPLAINT, json!("Complaint")),
        (PRAISE, json!("Complaint")),
        (DELIVERY, json!("Delivery")),
        (REJECT, Value::Null),
        (DELAY, Value::Null),
    ] {
        for text in [Report::event, Report::notification] {
            let service = Service::start().await;
            let data = &service.post(&notification(&text(report))).await.expect(200).json()["data"];
            assert_eq!(
                (&data["notificationType"], &data["handled"]),
                (&documented, &json!(true))
            );
        }
    }
}

#[tokio::test]
async fn a_message_that_was_seen_is_not_handled_again() {
    let service = Service::start().await;
    let message = notification(&HARD_BOUNCE.event());
    for handled in [true, false] {
        let answer = service.post(&message).await.expect(200).json();
        assert_eq!(answer["data"]["handled"], handled);
    }
    // The same report, in another message and in the other format.
    let mut again = unsigned(&HARD_BOUNCE.notification());
    again["MessageId"] = json!("00000000-fdea-4c2c-8f9d-bdfb0c7bf324");
    let answer = service.post(&signed(again)).await.expect(200).json();
    assert_eq!(answer["data"]["handled"], false);
}

#[tokio::test]
async fn what_reports_nothing_is_taken_and_brings_nothing_about() {
    let service = Service::start().await;
    for text in [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        r#"{"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"}"#,
        r#"{"eventType": "Open", "mail": {}, "open": {}}"#,
        "",
    ] {
        let data = &service.post(&notification(text)).await.expect(200).json()["data"];
        assert_eq!(
            (&data["notificationType"], &data["handled"]),
            (&Value::Null, &json!(false))
        );
    }
    assert_eq!(service.status().await, EmailStatus::Deliverable);
}

#[tokio::test]
async fn the_body_is_text_whatever_it_is_called() {
    for content_type in [
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded",
        "image/png",
    ] {
        let service = Service::start().await;
        let request = service.app.post("/accounts/v1/notifications/ses");
        let message = notification(&HARD_BOUNCE.event()).to_string();
        let _ = request.body(content_type, message).send().await.expect(200);
    }
}

#[tokio::test]
async fn a_compressed_body_is_415() {
    let service = Service::start().await;
    let request = service.app.post("/accounts/v1/notifications/ses").undocumented();
    let message = notification(&HARD_BOUNCE.event()).to_string();
    let request = request.body("text/plain", message).header("content-encoding", "gzip");
    let answer = request.send().await.expect(415);
    assert_eq!(answer.json()["result"], "FAILURE");
    assert_eq!(answer.usage.dynamodb, 0);
}

#[tokio::test]
async fn a_certificate_is_fetched_once() {
    let service = Service::start().await;
    for id in ["one", "two", "three"] {
        let _ = service
            .post(&notification(&SOFT_BOUNCE.on(id).event()))
            .await
            .expect(200);
    }
    assert_eq!(service.sns.web.asked(), [CERTIFICATE, ISSUER_URL]);
}

#[tokio::test]
async fn nothing_is_read_or_written_for_a_message_that_is_refused() {
    let service = Service::start().await;
    let answer = service.post(&unsigned(&HARD_BOUNCE.event())).await.expect(400);
    assert_eq!(answer.usage.dynamodb, 0);
    let mut altered = notification(&HARD_BOUNCE.event());
    altered["Message"] = json!(COMPLAINT.event());
    let answer = service.post(&altered).await.expect(403);
    assert_eq!(answer.usage.dynamodb, 0);
}

#[tokio::test]
async fn a_subscription_to_our_topic_is_confirmed_once() {
    let service = Service::start().await;
    service
        .sns
        .web
        .serve(&subscribe_url(), "<ConfirmSubscriptionResponse/>");
    let message = signed(offer("SubscriptionConfirmation"));
    for handled in [true, false, false] {
        let data = &service.post(&message).await.expect(200).json()["data"];
        assert_eq!(data["type"], "SubscriptionConfirmation");
        assert_eq!(
            (&data["notificationType"], &data["handled"]),
            (&Value::Null, &json!(handled))
        );
    }
    assert_eq!(service.sns.web.asked(), [CERTIFICATE, ISSUER_URL, &subscribe_url()]);
}

#[tokio::test]
async fn a_confirmation_that_fails_is_asked_for_again() {
    let service = Service::start().await;
    let message = signed(offer("SubscriptionConfirmation"));
    for status in [307, 400, 500] {
        service.sns.web.answer(&subscribe_url(), status);
        // The document knows no 503; SNS comes again after any 5xx.
        let answer = service.app.post("/accounts/v1/notifications/ses");
        let answer = answer
            .body("text/plain", message.to_string())
            .undocumented()
            .send()
            .await;
        assert_eq!(answer.expect(503).header("retry-after"), Some("1"));
    }
    service
        .sns
        .web
        .serve(&subscribe_url(), "<ConfirmSubscriptionResponse/>");
    let data = &service.post(&message).await.expect(200).json()["data"];
    assert_eq!(data["handled"], true);
}

#[tokio::test]
async fn the_end_of_a_subscription_is_noted_and_not_undone() {
    let service = Service::start().await;
    let answer = service
        .post(&signed(offer("UnsubscribeConfirmation")))
        .await
        .expect(200)
        .json();
    assert_eq!(answer["data"]["type"], "UnsubscribeConfirmation");
    assert_eq!(answer["data"]["handled"], false);
    assert!(!service.sns.web.asked().contains(&subscribe_url()));
}

#[tokio::test]
async fn what_is_no_message_is_a_bad_request() {
    let service = Service::start().await;
    let post = |body: Vec<u8>| {
        service
            .app
            .post("/accounts/v1/notifications/ses")
            .body("text/plain", body)
            .send()
    };
    for body in ["", "null", "{}", "[]", "Hello", "{\"Type\": \"Notification\"}"] {
        let answer = post(body.into()).await.expect(400).json();
        assert_eq!(answer["result"], "FAILURE");
        assert_eq!(answer["data"]["code"], "VALIDATION_ERROR");
    }
    let _ = post(vec![0xff, 0xfe]).await.expect(400);
    let _ = post(vec![b'['; 100_000]).await.expect(400);
    let answer = post(vec![b' '; 512 * 1024 + 1]).await.expect(413).json();
    assert_eq!(answer["data"]["code"], "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_genuine_message_may_be_large() {
    let service = Service::start().await;
    let mut report = DELIVERY.json("eventType");
    report["mail"]["headers"] = json!(vec![json!({ "name": "\"\\", "value": "\"\n" }); 5000]);
    let text = report.to_string();
    assert!(text.len() > 150_000);
    let _ = service.post(&notification(&text)).await.expect(200);
}

#[tokio::test]
async fn a_report_that_lacks_a_part_is_a_bad_request() {
    let service = Service::start().await;
    let mut report = HARD_BOUNCE.json("eventType");
    report["bounce"]["timestamp"] = json!("yesterday");
    let answer = service
        .post(&notification(&report.to_string()))
        .await
        .expect(400)
        .json();
    assert_eq!(answer["data"]["code"], "VALIDATION_ERROR");
}

#[tokio::test]
async fn other_methods_are_answered_in_the_words_of_the_contract() {
    let service = Service::start().await;
    let answer = service
        .app
        .get("/accounts/v1/notifications/ses")
        .undocumented()
        .send()
        .await;
    assert_eq!(answer.expect(404).json()["result"], "FAILURE");
}

#[tokio::test]
async fn while_the_table_is_down_sns_comes_again() {
    use local_aws::{Mode, Service as Aws};
    let service = Service::start().await;
    let message = notification(&HARD_BOUNCE.event());
    service.app.aws.faults().set(Aws::DynamoDb, Mode::Error);
    let request = service.app.post("/accounts/v1/notifications/ses");
    let answer = request
        .body("text/plain", message.to_string())
        .undocumented()
        .send()
        .await;
    assert_eq!(answer.expect(503).json()["data"]["code"], "SERVICE_UNAVAILABLE");
    service.app.aws.faults().set(Aws::DynamoDb, Mode::Off);
    let answer = service.post(&message).await.expect(200).json();
    assert_eq!(answer["data"]["handled"], true);
}

#[tokio::test]
async fn the_log_says_what_happened_and_names_no_address() {
    let service = Service::start().await;
    let _ = service
        .post(&notification(&HARD_BOUNCE.on("named").event()))
        .await
        .expect(200);
    let mut altered = notification(&COMPLAINT.event());
    altered["Subject"] = json!(ADA);
    let _ = service.post(&altered).await.expect(403);
    let log = log::text();
    assert!(
        log.contains("mail.message_id=named") && log.contains("was refused"),
        "{log}"
    );
    let ours = |line: &&str| !line.contains("dynoxide");
    let named: Vec<_> = log.lines().filter(ours).filter(|line| line.contains("ada@")).collect();
    assert_eq!(named, [""; 0]);
}
