//! The items of a table as lines of JSON, in DynamoDB's own notation: `{"S": "text"}`, `{"N": "1"}` and so on.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value, json};
use shared::aws;
use shared::testkit::TestApp;

fn client(app: &TestApp) -> (Client, String) {
    let client = Client::new(&aws::loopback(&app.aws.endpoint_url()));
    (client, app.state.config.table_name.clone())
}

/// All items, sorted by their keys.
pub async fn dump(app: &TestApp) -> String {
    let (client, table) = client(app);
    let mut pages = client.scan().table_name(table).into_paginator().items().send();
    let mut lines = BTreeMap::new();
    while let Some(item) = pages.next().await {
        let item = item.expect("an item");
        let key = ["pk", "sk"].map(|name| item[name].as_s().expect("a text").clone());
        let line: BTreeMap<_, _> = item.iter().map(|(name, value)| (name, to_json(value))).collect();
        lines.insert(key, serde_json::to_string(&line).expect("JSON"));
    }
    lines.into_values().map(|line| line + "\n").collect()
}

/// Puts the items of [`dump`] into an empty table.
pub async fn load(app: &TestApp, lines: &str) {
    let (client, table) = client(app);
    for line in lines.lines() {
        let item: Map<String, Value> = serde_json::from_str(line).expect("an item");
        let item = item.iter().map(|(name, value)| (name.clone(), from_json(value)));
        let put = client.put_item().table_name(&table).set_item(Some(item.collect()));
        put.send().await.expect("a write");
    }
}

fn to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::Null(_) => json!({ "NULL": true }),
        AttributeValue::Ss(texts) => json!({ "SS": sorted(texts) }),
        AttributeValue::Ns(numbers) => json!({ "NS": sorted(numbers) }),
        AttributeValue::L(values) => json!({ "L": values.iter().map(to_json).collect::<Vec<_>>() }),
        AttributeValue::M(values) => {
            let values: BTreeMap<_, _> = values.iter().map(|(name, value)| (name, to_json(value))).collect();
            json!({ "M": values })
        }
        other => panic!("no item of the service has such an attribute: {other:?}"),
    }
}

fn sorted(elements: &[String]) -> Vec<&String> {
    let mut elements: Vec<_> = elements.iter().collect();
    elements.sort();
    elements
}

fn from_json(value: &Value) -> AttributeValue {
    let (kind, value) = value.as_object().and_then(|value| value.iter().next()).expect("a type");
    let text = || value.as_str().expect("a text").to_owned();
    let texts = || {
        let texts = value.as_array().expect("a list").iter();
        texts.map(|text| text.as_str().expect("a text").to_owned()).collect()
    };
    match kind.as_str() {
        "S" => AttributeValue::S(text()),
        "N" => AttributeValue::N(text()),
        "BOOL" => AttributeValue::Bool(value.as_bool().expect("a boolean")),
        "NULL" => AttributeValue::Null(true),
        "SS" => AttributeValue::Ss(texts()),
        "NS" => AttributeValue::Ns(texts()),
        "L" => AttributeValue::L(value.as_array().expect("a list").iter().map(from_json).collect()),
        "M" => {
            let values = value.as_object().expect("a map").iter();
            AttributeValue::M(values.map(|(name, value)| (name.clone(), from_json(value))).collect())
        }
        other => panic!("no such type: {other}"),
    }
}
