//! `RestoreTableToPointInTime`, with the newest time: a copy of a table under another name. As in AWS, the copy has the
//! keys, the indexes and the items, and neither stream nor expiry nor protection.

use dynoxide::Database;
use serde_json::{Value, json};

use super::{CreateTableError, Engine};

/// What a copy takes from the description of its source.
const COPIED: [&str; 3] = ["KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"];

impl Engine {
    /// Gives the names of the key attributes.
    pub(crate) fn restore_table(&self, source: &str, target: &str) -> Result<Vec<String>, CreateTableError> {
        let Some(described) = self.describe(source)? else {
            return Err(CreateTableError::NoSource {
                name: source.to_owned(),
            });
        };
        let mut create = json!({ "TableName": target, "BillingMode": "PAY_PER_REQUEST" });
        for property in COPIED {
            create[property] = described[property].clone();
        }
        for index in create["GlobalSecondaryIndexes"].as_array_mut().into_iter().flatten() {
            *index = json!({
                "IndexName": index["IndexName"],
                "KeySchema": index["KeySchema"],
                "Projection": index["Projection"],
            });
        }
        self.database().create_table(serde_json::from_value(create)?)?;
        copy(self.database(), source, target)?;
        let keys = described["KeySchema"].as_array().into_iter().flatten();
        let keys = keys.filter_map(|key| key["AttributeName"].as_str().map(str::to_owned));
        Ok(keys.collect())
    }
}

fn copy(database: &Database, source: &str, target: &str) -> Result<(), CreateTableError> {
    let mut start = Value::Null;
    loop {
        let mut scan = json!({ "TableName": source });
        if !start.is_null() {
            scan["ExclusiveStartKey"] = start;
        }
        let mut page = serde_json::to_value(database.scan(serde_json::from_value(scan)?)?)?;
        for item in page["Items"].as_array().into_iter().flatten() {
            let put = json!({ "TableName": target, "Item": item });
            database.put_item(serde_json::from_value(put)?)?;
        }
        start = page["LastEvaluatedKey"].take();
        if start.is_null() {
            return Ok(());
        }
    }
}
