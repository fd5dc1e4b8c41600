//! The function over events of the table's stream.

mod failures;
mod stream;
