//! Numbers for users and organizations: `SEQUENCE#name / NEXT`. They are taken in blocks, so that not every sign-up
//! writes this item; the rest of a block is lost when its process ends.
//!
//! With a global table, two Regions that take a block at the same time would both take the same one: a replica sees the
//! writes of the other with a delay, and one of two writes of an item is lost. So each Region has a range of numbers and
//! an item of its own (`NEXT#range`), and an item of another Region is not used.

use std::ops::Range;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::condition::{absent, is};
use super::item::{Record, from_item, text};
use super::table::Written;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::NumberRange;

/// How many numbers one write takes.
const BLOCK: u64 = 50;

#[derive(Debug, Serialize, Deserialize)]
struct SequenceRecord {
    /// The last number taken.
    last: u64,
}

impl Record for SequenceRecord {
    const KIND: &'static str = "sequence";
}

/// Issues unique numbers, counted from 1.
#[derive(Debug)]
pub struct Sequence {
    name: &'static str,
    range: NumberRange,
    block: Mutex<Range<u64>>,
    /// Held while a block is taken, so that concurrent callers wait for one block and do not take one each.
    taking: tokio::sync::Mutex<()>,
}

impl Sequence {
    pub fn new(name: &'static str, range: NumberRange) -> Self {
        Self {
            name,
            range,
            block: Mutex::new(0..0),
            taking: tokio::sync::Mutex::default(),
        }
    }

    pub async fn next(&self, store: &Store) -> Result<u64, StoreError> {
        if let Some(number) = self.block().next() {
            return Ok(number);
        }
        let _taking = self.taking.lock().await;
        if let Some(number) = self.block().next() {
            return Ok(number);
        }
        let mut taken = store.take_block(self.name, self.range).await?;
        let number = taken.next().unwrap_or_default();
        *self.block() = taken;
        Ok(number)
    }

    fn block(&self) -> std::sync::MutexGuard<'_, Range<u64>> {
        // A range is never half-written, so it is valid even after a panic elsewhere.
        self.block.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Store {
    async fn take_block(&self, name: &str, range: NumberRange) -> Result<Range<u64>, StoreError> {
        let write = Write::update(keys::sequence(name, range.suffix()))
            .add("last", BLOCK)
            .kind::<SequenceRecord>();
        let write = match self.region() {
            Some(region) => write
                .set("region", text(region))
                .when(absent("region").or(is("region", text(region)))),
            None => write,
        };
        match self.table.write(write).await? {
            Written::Done(item) => {
                let SequenceRecord { last } = from_item(item)?;
                let first = range.start() + last + 1 - BLOCK;
                Ok(first..first + BLOCK)
            }
            Written::Refused(_) => {
                tracing::error!(
                    sequence = name,
                    "another Region takes numbers of this range: each Region of a global table needs a NUMBER_RANGE of its own"
                );
                Err(StoreError::Unavailable)
            }
        }
    }
}
