//! Windows of rate limits: `RATE#limit#subject / WINDOW#start`. Each window of each subject is an item of its own that
//! expires, so no single item receives all traffic.

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{absent, below};
use super::item::{CorruptItem, Item, Record, from_item, number};
use super::keys;
use super::table::Written;
use super::write::Write;
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
        Ok(matches!(self.table.write(counting(window)).await?, Written::Done(_)))
    }
}

impl Changes {
    /// Counts one hit in the same commit as the other changes.
    pub fn count(self, window: &Window) -> Self {
        self.with(counting(window), Conflict::LimitReached(window.clone()))
    }
}

pub(super) fn hits(item: Item) -> Result<u32, CorruptItem> {
    Ok(from_item::<WindowRecord>(item)?.hits)
}

fn counting(window: &Window) -> Write {
    Write::update(keys::window(window))
        .add("hits", 1)
        .expire(window.ends_at())
        .kind(WindowRecord::KIND)
        .when(absent("hits").or(below("hits", number(window.limit.max))))
}
