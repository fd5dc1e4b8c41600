//! Creates the template's table in the engine.

use std::collections::BTreeSet;

use dynoxide::DynoxideError;
use serde_json::{Value, json};

use super::engine::Engine;
use crate::template::{Template, TemplateError};

/// Why the table cannot be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateTableError {
    #[error("the template has no usable table")]
    Template(#[from] TemplateError),
    #[error("table {name} exists with other keys or indexes than the template's; start with an empty data folder")]
    Differs { name: String },
    #[error("there is no table {name} to restore")]
    NoSource { name: String },
    #[error("the DynamoDB engine refused the table")]
    Refused(#[from] DynoxideError),
    #[error("the DynamoDB engine does not support the template's table")]
    Request(#[from] serde_json::Error),
}

impl Engine {
    /// Gives the names of the key attributes.
    pub(crate) fn create_table(&self, template: &Template, name: &str) -> Result<Vec<String>, CreateTableError> {
        let wanted = template.table(name)?;
        let key_attributes = schema(&wanted.create_table["KeySchema"]).into_iter();
        let key_attributes = key_attributes.map(|(_, attribute)| attribute).collect();
        match self.describe(name)? {
            None => {
                self.database()
                    .create_table(serde_json::from_value(wanted.create_table)?)?;
            }
            Some(existing) if keys(&existing) == keys(&wanted.create_table) => return Ok(key_attributes),
            Some(_) => return Err(CreateTableError::Differs { name: name.to_owned() }),
        }
        if let Some(attribute) = wanted.ttl_attribute {
            let specification = json!({ "AttributeName": attribute, "Enabled": true });
            let request = json!({ "TableName": name, "TimeToLiveSpecification": specification });
            self.database().update_time_to_live(serde_json::from_value(request)?)?;
        }
        if wanted.is_protected {
            let request = json!({ "TableName": name, "DeletionProtectionEnabled": true });
            self.database().update_table(serde_json::from_value(request)?)?;
        }
        Ok(key_attributes)
    }

    pub(super) fn describe(&self, name: &str) -> Result<Option<Value>, CreateTableError> {
        let request = serde_json::from_value(json!({ "TableName": name }))?;
        match self.database().describe_table(request) {
            Ok(answer) => Ok(Some(serde_json::to_value(answer)?["Table"].take())),
            Err(DynoxideError::ResourceNotFoundException(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The key schema of the table and of each index, in a form that can be compared.
fn keys(table: &Value) -> BTreeSet<(String, Vec<(String, String)>)> {
    let indexes = table["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
    std::iter::once(table)
        .chain(indexes)
        .map(|part| (text(&part["IndexName"]), schema(&part["KeySchema"])))
        .collect()
}

fn schema(elements: &Value) -> Vec<(String, String)> {
    let elements = elements.as_array().into_iter().flatten();
    elements
        .map(|element| (text(&element["KeyType"]), text(&element["AttributeName"])))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
