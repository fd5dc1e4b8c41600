//! Conflicts between transactions. The engine carries out one request at a time and never has any; DynamoDB does: while a
//! `TransactWriteItems` is ongoing on an item, it cancels another transaction on that item, and rejects a `PutItem`, `UpdateItem` or
//! `DeleteItem`. Reads that are not transactional are served.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError, RwLock},
    time::Duration,
};

use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

use crate::wire;

const ONGOING: &str = "Transaction is ongoing for the item";

/// An item, by its table and the values of its key.
type ItemKey = (String, Vec<String>);

/// The transactions that are ongoing.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    /// How long a transaction takes beyond the engine's own time; `None`: no conflicts.
    duration: RwLock<Option<Duration>>,
    /// The names of the key attributes of each table.
    keys: RwLock<HashMap<String, Vec<String>>>,
    held: Mutex<HashSet<ItemKey>>,
}

/// What a request may do.
#[derive(Debug)]
pub(crate) enum Admission<'t> {
    /// It is no transaction, and meets none.
    Free,
    /// It is a transaction that holds its items until this is dropped, and takes so long.
    Transaction(Held<'t>, Duration),
    Conflict(Response),
}

/// Items of an ongoing transaction.
#[derive(Debug)]
pub(crate) struct Held<'t> {
    transactions: &'t Transactions,
    items: Vec<ItemKey>,
}

impl Transactions {
    pub(crate) fn set_duration(&self, duration: Option<Duration>) {
        *self.duration.write().unwrap_or_else(PoisonError::into_inner) = duration;
    }

    pub(crate) fn add_table(&self, name: &str, key_attributes: Vec<String>) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        keys.insert(name.to_owned(), key_attributes);
    }

    pub(crate) fn admit(&self, operation: &str, body: &[u8]) -> Admission<'_> {
        let Some(duration) = *self.duration.read().unwrap_or_else(PoisonError::into_inner) else {
            return Admission::Free;
        };
        // The engine refuses what is no JSON.
        let json = || serde_json::from_slice::<Value>(body).unwrap_or_default();
        match operation {
            "PutItem" | "UpdateItem" | "DeleteItem" => match self.ongoing(&[self.item(&json())])[..] {
                [true] => Admission::Conflict(rejected()),
                _ => Admission::Free,
            },
            "TransactGetItems" => {
                let ongoing = self.ongoing(&self.items(&json()));
                if ongoing.contains(&true) {
                    Admission::Conflict(canceled(&ongoing))
                } else {
                    Admission::Free
                }
            }
            "TransactWriteItems" => match self.hold(self.items(&json())) {
                Ok(held) => Admission::Transaction(held, duration),
                Err(ongoing) => Admission::Conflict(canceled(&ongoing)),
            },
            _ => Admission::Free,
        }
    }

    fn ongoing(&self, items: &[ItemKey]) -> Vec<bool> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        items.iter().map(|item| held.contains(item)).collect()
    }

    fn hold(&self, items: Vec<ItemKey>) -> Result<Held<'_>, Vec<bool>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let ongoing: Vec<bool> = items.iter().map(|item| held.contains(item)).collect();
        if ongoing.contains(&true) {
            return Err(ongoing);
        }
        held.extend(items.iter().cloned());
        Ok(Held {
            transactions: self,
            items,
        })
    }

    fn items(&self, body: &Value) -> Vec<ItemKey> {
        let parts = body["TransactItems"].as_array().into_iter().flatten();
        let requests = parts.filter_map(|part| part.as_object()?.values().next());
        requests.map(|request| self.item(request)).collect()
    }

    /// A Put holds its key among the attributes of the item.
    fn item(&self, request: &Value) -> ItemKey {
        let table = request["TableName"].as_str().unwrap_or_default();
        let attributes = match &request["Key"] {
            Value::Null => &request["Item"],
            key => key,
        };
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let names = keys.get(table).map(Vec::as_slice).unwrap_or_default();
        let values = names.iter().map(|name| attributes[name].to_string());
        (table.to_owned(), values.collect())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        let mut held = self.transactions.held.lock().unwrap_or_else(PoisonError::into_inner);
        for item in &self.items {
            held.remove(item);
        }
    }
}

fn rejected() -> Response {
    wire::json_error(
        StatusCode::BAD_REQUEST,
        wire::JSON_1_0,
        "com.amazonaws.dynamodb.v20120810#TransactionConflictException",
        ONGOING,
    )
}

fn canceled(ongoing: &[bool]) -> Response {
    let code = |ongoing: &bool| if *ongoing { "TransactionConflict" } else { "None" };
    let codes: Vec<&str> = ongoing.iter().map(code).collect();
    let reason = |code: &&str| match *code {
        "None" => json!({ "Code": "None" }),
        code => json!({ "Code": code, "Message": ONGOING }),
    };
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": format!(
            "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
            codes.join(", "),
        ),
        "CancellationReasons": codes.iter().map(reason).collect::<Vec<_>>(),
    });
    wire::respond(StatusCode::BAD_REQUEST, wire::JSON_1_0, body.to_string())
}
