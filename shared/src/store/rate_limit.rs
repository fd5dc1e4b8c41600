//! Windows of rate limits: `RATE#limit#subject / WINDOW#start`. Each window of each subject is an item of its own that expires,
//! so none is written by all traffic.

use aws_sdk_dynamodb::types::Update;
use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::item::{CorruptItem, Item, Record, from_item, number, text, ttl};
use super::keys::{self, TTL};
use super::table::Updated;
use super::{Store, StoreError};
use crate::domain::Window;

#[derive(Debug, Serialize, Deserialize)]
struct WindowRecord {
    hits: u32,
}

impl Record for WindowRecord {
    const KIND: &'static str = "rate_window";
}

impl Store {
    /// Counts one hit; `false` when the window is full.
    pub async fn count(&self, window: &Window) -> Result<bool, StoreError> {
        Ok(matches!(self.table.update(counting(window)).await?, Updated::New(_)))
    }
}

impl Changes {
    /// Counts one hit together with the rest, or nothing happens.
    pub fn count(self, window: &Window) -> Self {
        self.update(counting(window), Conflict::LimitReached(window.clone()))
    }
}

pub(super) fn hits(item: Item) -> Result<u32, CorruptItem> {
    Ok(from_item::<WindowRecord>(item)?.hits)
}

fn counting(window: &Window) -> Update {
    Update::builder()
        .set_key(Some(keys::window(window).to_item()))
        .update_expression("ADD hits :one SET #ttl = :ttl, #type = :type")
        .condition_expression("attribute_not_exists(hits) OR hits < :max")
        .expression_attribute_names("#ttl", TTL)
        .expression_attribute_names("#type", "type")
        .expression_attribute_values(":one", number(1))
        .expression_attribute_values(":max", number(window.limit.max))
        .expression_attribute_values(":ttl", ttl(window.ends_at()))
        .expression_attribute_values(":type", text(WindowRecord::KIND))
        .table_name(String::new())
        .build()
        .expect("key, expression and table are set")
}
