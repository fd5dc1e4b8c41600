//! The template's table as a `CreateTable` request of DynamoDB.

use serde_json::{Value, json};

/// Properties that are the same in `AWS::DynamoDB::Table` and `CreateTable`.
const SHARED_PROPERTIES: [&str; 5] = [
    "KeySchema",
    "AttributeDefinitions",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
];

/// A table to create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The body of a `CreateTable` request.
    pub create_table: Value,
    /// The attribute with the expiry of an item, for `UpdateTimeToLive`.
    pub ttl_attribute: Option<String>,
    /// Whether a deployment with the defaults protects the table from deletion, for `UpdateTable`.
    pub is_protected: bool,
}

impl Table {
    pub(super) fn from_properties(name: &str, properties: &Value) -> Self {
        let mut create_table = json!({ "TableName": name, "BillingMode": "PAY_PER_REQUEST" });
        for property in SHARED_PROPERTIES {
            if !properties[property].is_null() {
                create_table[property] = properties[property].clone();
            }
        }
        // A template turns a stream on by naming its view type.
        if let Some(view) = properties["StreamSpecification"]["StreamViewType"].as_str() {
            create_table["StreamSpecification"] = json!({ "StreamEnabled": true, "StreamViewType": view });
        }
        let ttl = &properties["TimeToLiveSpecification"];
        let enabled = ttl["Enabled"] == json!(true);
        let ttl_attribute = ttl["AttributeName"].as_str().filter(|_| enabled).map(str::to_owned);
        Self {
            create_table,
            ttl_attribute,
            is_protected: !properties["DeletionProtectionEnabled"].is_null(),
        }
    }

    /// The attribute with the partition key.
    pub fn hash_attribute(&self) -> Option<&str> {
        let mut keys = self.create_table["KeySchema"].as_array()?.iter();
        keys.find(|key| key["KeyType"] == "HASH")?["AttributeName"].as_str()
    }
}
