//! The embedded engine's database: its location, its indexes, and the expiry of items and stream records.

use std::{fmt, path::Path};

use dynoxide::Database;
use jiff::ToSpan as _;
use rusqlite::Connection;
use tokio::{net::TcpListener, sync::oneshot};

use crate::{ambient, files};

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Each write reads the last sequence number of the table's stream, and each poll of a stream reads the records after
/// one. Without an index both scan all stream records, and writes slow down as those accumulate.
const INDEX_STREAM_RECORDS: &str = "
    CREATE INDEX IF NOT EXISTS local_stream_last
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE INDEX IF NOT EXISTS local_stream_next
        ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));";

/// Records are ordered by age, so the scan to the first record that stays is short. The newest record stays, because
/// the next sequence number is derived from it.
const TRIM_STREAM_RECORDS: &str = "
    DELETE FROM _stream_records
     WHERE id < (SELECT id FROM _stream_records WHERE created_at >= ?1 ORDER BY id LIMIT 1)";

/// The engine's database and its location.
pub(crate) struct Engine {
    database: Database,
    location: String,
}

impl Engine {
    /// Opens the database in the data folder, or an empty one in memory.
    pub(crate) fn open(data: Option<&Path>) -> Result<Self, AnyError> {
        let location = match data {
            Some(folder) => folder
                .join("dynamodb.sqlite")
                .into_os_string()
                .into_string()
                .map_err(|path| not_utf_8(&path))?,
            // A named in-memory database, so that a second connection can create the indexes below.
            None => format!("file:/{}?vfs=memdb", ambient::random_uuid().simple()),
        };
        if data.is_some() {
            // `SQLite` would create the file readable for all users.
            files::open_to_append(location.as_ref())?;
        }
        let database = Database::new(&location)?;
        if data.is_some() {
            // Resets `synchronous` to NORMAL: a crash of this process loses nothing, and no write waits for the disk.
            database.disable_bulk_loading()?;
        }
        Connection::open(&location)?.execute_batch(INDEX_STREAM_RECORDS)?;
        Ok(Self { database, location })
    }

    /// The engine's own HTTP server. It stops when the other end of `stop` is dropped.
    pub(crate) fn serve(&self, listener: TcpListener, stop: oneshot::Receiver<()>) -> impl Future<Output = ()> + use<> {
        let served = dynoxide::server::serve_with_shutdown(listener, self.database.clone(), async {
            let _ = stop.await;
        });
        async {
            if let Err(error) = served.await {
                tracing::error!(error, "the DynamoDB engine stopped");
            }
        }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Deletes expired items, and stream records that AWS would have trimmed. Returns the number of items.
    pub(crate) fn sweep_expired(&self) -> usize {
        if let Err(error) = self.trim_stream_records() {
            tracing::warn!(%error, "old stream records cannot be deleted");
        }
        self.database.sweep_ttl().unwrap_or_else(|error| {
            tracing::warn!(%error, "expired items cannot be deleted");
            0
        })
    }

    fn trim_stream_records(&self) -> Result<(), AnyError> {
        let horizon = ambient::now().checked_sub(24.hours())?.as_second();
        Connection::open(&self.location)?.execute(TRIM_STREAM_RECORDS, [horizon])?;
        Ok(())
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Engine")
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}

fn not_utf_8(path: &std::ffi::OsStr) -> AnyError {
    format!("{} is not UTF-8", path.display()).into()
}
