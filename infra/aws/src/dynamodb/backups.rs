//! Point-in-time recovery: whether a table has it. The engine has no backups.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use axum::response::Response;
use serde_json::{Value, json};

use crate::wire;

/// The names of the tables without recovery: the template turns it on.
#[derive(Debug, Default)]
pub(crate) struct Backups(Mutex<BTreeSet<String>>);

impl Backups {
    pub(super) fn set(&self, table: &str, is_on: bool) {
        let mut without = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_on {
            without.remove(table);
        } else {
            without.insert(table.to_owned());
        }
    }

    /// `None`: the operation is another one.
    pub(super) fn answer(&self, operation: &str, body: &[u8]) -> Option<Response> {
        let body: Value = match operation {
            "DescribeContinuousBackups" | "UpdateContinuousBackups" => serde_json::from_slice(body).unwrap_or_default(),
            _ => return None,
        };
        let name = body["TableName"].as_str().unwrap_or_default();
        if let Some(is_on) = body["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"].as_bool() {
            self.set(name, is_on);
        }
        let is_off = self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(name);
        let status = if is_off { "DISABLED" } else { "ENABLED" };
        let description = json!({
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": status },
        });
        Some(wire::json(
            wire::JSON_1_0,
            &json!({ "ContinuousBackupsDescription": description }),
        ))
    }
}
