//! The function over events of the table's stream.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod failures;
mod outbox;
mod stream;
