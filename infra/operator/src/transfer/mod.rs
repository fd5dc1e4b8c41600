//! Importing users from exports of other systems, and exporting all users. Both read and write files, so they are
//! commands only, and no tasks of the function.
//!
//! `formats` reads each export into rows, `import` brings the rows into the table and writes a report of each, `export`
//! writes the format `ostiary`.

mod export;
mod formats;
mod import;
mod row;

pub use export::{Export, ExportSummary, export};
pub use import::{Import, ImportSummary, import};
