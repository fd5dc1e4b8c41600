//! Lambda's own trigger, and the function that it shares with the public endpoint.

use lambda_http::{Context, LambdaEvent};
use mail_events::{Function, TriggerError, handle_sns};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::EmailStatus;

use crate::support::Service;
use crate::support::reports::{
    ADA, COMPLAINT, DELAY, DELIVERY, HARD_BOUNCE, PRAISE, REJECT, Report, SOFT_BOUNCE, UNCLEAR_BOUNCE,
};
use crate::support::service::event;
use crate::support::sns::TOPIC;

const SAMPLES: [(&str, bool); 3] = [
    (include_str!("../../../events/sns-bounce.json"), true),
    (include_str!("../../../events/sns-complaint.json"), true),
    (include_str!("../../../events/sns-delivery.json"), false),
];

#[tokio::test]
async fn every_report_is_taken_in_both_formats() {
    for report in [
        HARD_BOUNCE,
        SOFT_BOUNCE,
        UNCLEAR_BOUNCE,
        COMPLAINT,
        PRAISE,
        DELIVERY,
        REJECT,
        DELAY,
    ] {
        let mut ends = Vec::new();
        for text in [Report::event, Report::notification] {
            let service = Service::start().await;
            service.hand_over(&text(report)).await.unwrap();
            ends.push(service.status().await);
        }
        assert_eq!(ends[0], ends[1]);
    }
}

#[tokio::test]
async fn what_reports_nothing_is_let_be() {
    let service = Service::start().await;
    for text in ["Successfully validated SNS topic.", "{}", r#"{"eventType": "Click"}"#] {
        service.hand_over(text).await.unwrap();
    }
}

#[tokio::test]
async fn what_cannot_be_read_goes_to_the_dead_letters() {
    let service = Service::start().await;
    let mut report = HARD_BOUNCE.json("eventType");
    report["bounce"] = Value::Null;
    assert!(matches!(
        service.hand_over(&report.to_string()).await,
        Err(TriggerError::Take(_))
    ));
}

#[tokio::test]
async fn a_list_of_topics_holds_here_too() {
    let foreign = "arn:aws:sns:us-east-1:999999999999:evil";
    let service = Service::start().await;
    let handed_over = handle_sns(
        &service.app.state,
        event(foreign, &HARD_BOUNCE.event()),
        service.app.clock.now(),
    );
    assert!(matches!(handed_over.await, Err(TriggerError::Topic(topic)) if topic == foreign));
    assert_eq!(service.status().await, EmailStatus::Deliverable);

    let service = Service::with_settings(&[]).await;
    let now = service.app.clock.now();
    handle_sns(&service.app.state, event(TOPIC, &HARD_BOUNCE.event()), now)
        .await
        .unwrap();
    assert!(service.status().await.is_suppressed());
}

async fn invoke(service: &Service, event: &str) -> Result<Value, mail_events::InvocationError> {
    let function = Function::new(service.app.state.clone());
    let payload = RawValue::from_string(event.to_owned()).unwrap();
    function.invoke(LambdaEvent::new(payload, Context::default())).await
}

#[tokio::test]
async fn the_function_takes_messages_of_sns() {
    for (sample, suppresses) in SAMPLES {
        let service = Service::with_settings(&[]).await;
        assert_eq!(invoke(&service, sample).await.unwrap(), Value::Null);
        assert_eq!(service.is_suppressed(ADA).await, suppresses);
    }
}

#[tokio::test]
async fn the_function_fails_when_a_message_does() {
    let service = Service::start().await;
    let foreign = serde_json::to_string(&event("arn:aws:sns:us-east-1:999999999999:evil", "")).unwrap();
    assert!(invoke(&service, &foreign).await.is_err());
}

#[tokio::test]
async fn the_function_answers_requests() {
    let service = Service::start().await;
    // Whatever a client writes stays deep inside the event.
    let body = SAMPLES[0].0;
    let request = json!({
        "version": "2.0",
        "routeKey": "POST /accounts/v1/notifications/ses",
        "rawPath": "/accounts/v1/notifications/ses",
        "rawQueryString": "",
        "headers": { "content-type": "text/plain; charset=UTF-8", "host": "auth.example.com" },
        "requestContext": {
            "accountId": "123456789012", "apiId": "sample", "domainName": "auth.example.com", "domainPrefix": "auth",
            "http": {
                "method": "POST", "path": "/accounts/v1/notifications/ses", "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7", "userAgent": "Amazon Simple Notification Service Agent",
            },
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": "POST /accounts/v1/notifications/ses", "stage": "$default",
            "time": "31/Jan/2026:12:00:00 +0000", "timeEpoch": 1_769_860_800_000_i64,
        },
        "body": body,
        "isBase64Encoded": false,
    });
    let answer = invoke(&service, &request.to_string()).await.unwrap();
    assert_eq!(answer["statusCode"], 400);
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["data"]["code"], "VALIDATION_ERROR");
    assert_eq!(service.status().await, EmailStatus::Deliverable);
}

#[tokio::test]
async fn the_function_takes_nothing_else() {
    let service = Service::start().await;
    for other in [
        "{}",
        r#"{"Records": []}"#,
        r#"{"Records": [{"eventSource": "aws:sqs"}]}"#,
        r#"{"Records": [{"EventSource": "aws:s3"}]}"#,
        r#"{"Records": [{"EventSource": "aws:sns"}]}"#,
        "[]",
        "1",
    ] {
        assert!(invoke(&service, other).await.is_err(), "{other}");
    }
}
