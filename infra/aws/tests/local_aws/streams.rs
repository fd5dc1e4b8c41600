//! The events of the stream: every write once, in order, in the form of Lambda's events.

use std::collections::HashMap;

use crate::common::{Folder, TABLE, dynamodb, start, start_in};
use aws_lambda_events::dynamodb::Event;
use aws_sdk_dynamodb::types::AttributeValue;
use local_aws::LocalAws;
use serde_json::{Value, json};

async fn put(aws: &LocalAws, pk: &str, value: usize) {
    let put = dynamodb(aws)
        .put_item()
        .table_name(TABLE)
        .item("pk", AttributeValue::S(pk.to_owned()));
    let put = put
        .item("sk", AttributeValue::S("a".to_owned()))
        .item("value", AttributeValue::N(value.to_string()));
    put.send().await.unwrap();
}

async fn delete(aws: &LocalAws, pk: &str) {
    let key = ["pk", "sk"].into_iter().zip([pk, "a"]);
    let key: HashMap<_, _> = key
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())))
        .collect();
    dynamodb(aws)
        .delete_item()
        .table_name(TABLE)
        .set_key(Some(key))
        .send()
        .await
        .unwrap();
}

fn records(events: &[Value]) -> Vec<&Value> {
    events
        .iter()
        .flat_map(|event| event["Records"].as_array().unwrap())
        .collect()
}

#[tokio::test]
async fn each_write_is_a_record_with_its_images() {
    let aws = start().await;
    put(&aws, "user", 1).await;
    put(&aws, "user", 2).await;
    delete(&aws, "user").await;
    let events = aws.stream_events().await;
    assert_eq!(events.len(), 1);
    let records = records(&events);
    let names: Vec<_> = records
        .iter()
        .map(|record| record["eventName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);

    let understood: Event = serde_json::from_value(events[0].clone()).unwrap();
    assert_eq!(understood.records.len(), 3);

    let image = |value: &str| json!({ "pk": { "S": "user" }, "sk": { "S": "a" }, "value": { "N": value } });
    let modified = &records[1]["dynamodb"];
    assert_eq!(modified["Keys"], json!({ "pk": { "S": "user" }, "sk": { "S": "a" } }));
    assert_eq!(modified["OldImage"], image("1"));
    assert_eq!(modified["NewImage"], image("2"));
    assert_eq!(modified["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert!(modified["SequenceNumber"].is_string() && modified["SizeBytes"].is_u64());
    assert!(modified["ApproximateCreationDateTime"].is_number());
    assert_eq!(records[1]["eventSource"], "aws:dynamodb");
    assert!(
        records[1]["eventSourceARN"]
            .as_str()
            .unwrap()
            .contains(":table/ostiary/stream/")
    );
}

#[tokio::test]
async fn batches_have_a_hundred_records_and_none_is_lost_or_repeated() {
    let aws = start().await;
    assert!(aws.stream_events().await.is_empty());
    let mut seen = Vec::new();
    for round in 0..3 {
        for value in 0..105 {
            put(&aws, &format!("item{round}"), value).await;
        }
        let events = aws.stream_events().await;
        let sizes: Vec<_> = events
            .iter()
            .map(|event| event["Records"].as_array().unwrap().len())
            .collect();
        assert_eq!(sizes, [100, 5]);
        let values = records(&events)
            .into_iter()
            .map(|record| record["dynamodb"]["NewImage"]["value"]["N"].to_string());
        seen.extend(values);
        assert!(aws.stream_events().await.is_empty());
    }
    let expected: Vec<_> = (0..3)
        .flat_map(|_| (0..105).map(|value| format!("\"{value}\"")))
        .collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn expiry_is_distinguished_from_deletion() {
    let aws = start().await;
    let put = dynamodb(&aws)
        .put_item()
        .table_name(TABLE)
        .item("pk", AttributeValue::S("old".to_owned()));
    let put = put.item("sk", AttributeValue::S("a".to_owned()));
    put.item("ttl", AttributeValue::N("1700000000".to_owned()))
        .send()
        .await
        .unwrap();
    aws.sweep_expired();
    let events = aws.stream_events().await;
    let removed = records(&events)[1];
    assert_eq!(removed["eventName"], "REMOVE");
    assert_eq!(
        removed["userIdentity"],
        json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" })
    );
}

#[tokio::test]
async fn after_a_restart_unacknowledged_events_are_delivered_again() {
    let folder = Folder::new();
    let aws = start_in(Some(folder.path())).await;
    put(&aws, "first", 1).await;
    assert_eq!(aws.stream_events().await.len(), 1);
    assert_eq!(aws.stream_events().await.len(), 0);
    put(&aws, "second", 1).await;
    assert_eq!(aws.stream_events().await.len(), 1);
    drop(aws);

    let aws = start_in(Some(folder.path())).await;
    let events = aws.stream_events().await;
    let keys: Vec<_> = records(&events)
        .iter()
        .map(|record| record["dynamodb"]["Keys"]["pk"]["S"].clone())
        .collect();
    assert_eq!(keys, ["second"]);
}

#[tokio::test]
async fn each_consumer_has_its_own_position() {
    let folder = Folder::new();
    let aws = start_in(Some(folder.path())).await;
    put(&aws, "first", 1).await;
    assert_eq!(aws.stream_events().await.len(), 1);
    assert_eq!(aws.stream_events().await.len(), 0);
    assert_eq!(aws.stream_events_for("second").await.len(), 1);
    drop(aws);

    let aws = start_in(Some(folder.path())).await;
    assert_eq!(aws.stream_events().await.len(), 0);
    assert_eq!(aws.stream_events_for("second").await.len(), 1);
    assert_eq!(aws.stream_events_for("second").await.len(), 0);
}
