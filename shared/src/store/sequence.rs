//! Numbers for users and organizations: `SEQUENCE#name / NEXT`. They are taken in blocks, so that not every sign-up
//! writes this item; the rest of a block is lost when its process ends.

use std::ops::Range;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::item::{Record, from_item};
use super::table::Written;
use super::write::Write;
use super::{Store, StoreError, keys};

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
    block: Mutex<Range<u64>>,
    /// Held while a block is taken, so that concurrent callers wait for one block and do not take one each.
    taking: tokio::sync::Mutex<()>,
}

impl Sequence {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
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
        let mut taken = store.take_block(self.name).await?;
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
    async fn take_block(&self, name: &str) -> Result<Range<u64>, StoreError> {
        let write = Write::update(keys::sequence(name))
            .add("last", BLOCK)
            .kind::<SequenceRecord>();
        let (Written::Done(item) | Written::Refused(Some(item))) = self.table.write(write).await? else {
            return Err(StoreError::Unavailable);
        };
        let SequenceRecord { last } = from_item(item)?;
        Ok(last + 1 - BLOCK..last + 1)
    }
}
