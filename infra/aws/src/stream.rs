//! Stands for Lambda's poller of DynamoDB streams: the writes since the last call, as events.
//!
//! A position is a shard iterator, which names the record after which reading continues. Every stream has one shard.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use dynoxide::{Database, DynoxideError, actions::get_records::GetRecordsRequest};
use serde_json::{Value, json};

use crate::files;

/// The largest batch that Lambda passes to a function where the event source mapping sets no other size.
const DEFAULT_BATCH_SIZE: usize = 100;

/// Positions by table. A table that was deleted and created again has a stream of another name in the same shard.
type Positions = BTreeMap<String, String>;

/// The position of a consumer in each stream.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    read: Positions,
    acknowledged: Positions,
    file: Option<PathBuf>,
}

impl Streams {
    /// Continues after the last acknowledged record, or starts with the oldest.
    pub(crate) fn open(data: Option<&Path>, consumer: &str) -> io::Result<Self> {
        let name = match consumer {
            "" => "stream-positions.json".to_owned(),
            consumer => format!("stream-positions-{consumer}.json"),
        };
        let Some(file) = data.map(|folder| folder.join(name)) else {
            return Ok(Self::default());
        };
        let read: Positions = match files::read(&file)? {
            Some(content) => serde_json::from_str(&content)?,
            None => Positions::new(),
        };
        Ok(Self {
            acknowledged: read.clone(),
            read,
            file: Some(file),
        })
    }

    pub(crate) fn drain(&mut self, database: &Database) -> Vec<Value> {
        self.acknowledge();
        let mut events = Vec::new();
        if let Err(error) = self.read_all(database, &mut events) {
            // The positions of the records that were read have advanced, so the next call returns the rest.
            tracing::error!(%error, "a DynamoDB stream cannot be read");
        }
        events
    }

    /// A caller that polls again has processed the previous batch.
    fn acknowledge(&mut self) {
        let Some(file) = &self.file else { return };
        if self.read == self.acknowledged {
            return;
        }
        match files::replace(file, json!(self.read).to_string().as_bytes()) {
            Ok(()) => self.acknowledged.clone_from(&self.read),
            Err(error) => {
                tracing::error!(%error, "the positions in the DynamoDB streams cannot be written to the data folder");
            }
        }
    }

    fn read_all(&mut self, database: &Database, events: &mut Vec<Value>) -> Result<(), AnyError> {
        for stream in database.list_streams(serde_json::from_value(json!({}))?)?.streams {
            while let Some(event) = self.next_event(database, &stream.stream_arn, &stream.table_name)? {
                events.push(event);
            }
        }
        Ok(())
    }

    fn next_event(&mut self, database: &Database, arn: &str, table: &str) -> Result<Option<Value>, AnyError> {
        let position = match self.read.get(table) {
            Some(position) => position.clone(),
            None => oldest(database, arn, table)?,
        };
        let request = GetRecordsRequest {
            shard_iterator: position,
            limit: Some(DEFAULT_BATCH_SIZE),
        };
        let batch = database.get_records(request)?;
        if batch.records.is_empty() {
            return Ok(None);
        }
        let mut records = serde_json::to_value(batch.records)?;
        for record in records.as_array_mut().into_iter().flatten() {
            record["eventSourceARN"] = json!(arn);
        }
        self.read
            .extend(batch.next_shard_iterator.map(|next| (table.to_owned(), next)));
        Ok(Some(json!({ "Records": records })))
    }
}

type AnyError = Box<dyn std::error::Error + Send + Sync>;

fn oldest(database: &Database, arn: &str, table: &str) -> Result<String, AnyError> {
    let request = json!({
        "StreamArn": arn,
        "ShardId": dynoxide::streams::shard_id(table),
        "ShardIteratorType": "TRIM_HORIZON",
    });
    let iterator = database
        .get_shard_iterator(serde_json::from_value(request)?)?
        .shard_iterator;
    iterator.ok_or_else(|| DynoxideError::InternalServerError(format!("{arn} has no shard")).into())
}
