//! The template's table as DynamoDB's `CreateTable` wants it.

use serde_json::{Value, json};

/// Properties that `AWS::DynamoDB::Table` and `CreateTable` spell alike.
const SAME: [&str; 5] = [
    "KeySchema",
    "AttributeDefinitions",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
];

/// A table to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The body of a `CreateTable` request.
    pub create_table: Value,
    /// The attribute that says when an item expires, which `UpdateTimeToLive` takes.
    pub ttl_attribute: Option<String>,
}

impl Table {
    pub(super) fn from_properties(name: &str, properties: &Value) -> Self {
        let mut create_table = json!({ "TableName": name, "BillingMode": "PAY_PER_REQUEST" });
        for property in SAME {
            if !properties[property].is_null() {
                create_table[property] = properties[property].clone();
            }
        }
        // A template turns a stream on by naming what it shows.
        if let Some(view) = properties["StreamSpecification"]["StreamViewType"].as_str() {
            create_table["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": view });
        }
        let ttl = &properties["TimeToLiveSpecification"];
        let enabled = ttl["Enabled"] == json!(true);
        let ttl_attribute = ttl["AttributeName"].as_str().filter(|_| enabled).map(str::to_owned);
        Self {
            create_table,
            ttl_attribute,
        }
    }

    /// The attribute with the partition key.
    pub fn hash_attribute(&self) -> Option<&str> {
        let mut keys = self.create_table["KeySchema"].as_array()?.iter();
        keys.find(|key| key["KeyType"] == "HASH")?["AttributeName"].as_str()
    }
}
