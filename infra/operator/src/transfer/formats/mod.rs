//! The formats of exports, one reader per file. `docs/import.md` describes each with a sample. A row that cannot be read
//! becomes a row with a reason; only a file that is not of the format at all is an error.

mod auth0;
mod better_auth;
mod cognito;
mod fields;
mod firebase;
pub(super) mod ostiary;
mod supabase;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use shared::domain::ImportSource;
use zeroize::Zeroizing;

use super::row::Row;
use crate::Misuse;
use fields::Fields;

pub(super) use firebase::HashConfig;

/// What some formats need besides the file.
#[derive(Debug, Default)]
pub struct Keys {
    /// The parameters of Firebase's scrypt.
    pub firebase: Option<HashConfig>,
    /// The secret with which Better Auth has encrypted the secrets of authenticator apps.
    pub better_auth: Option<Zeroizing<String>>,
}

pub fn read(file: &Path, source: ImportSource, keys: &Keys) -> Result<Vec<Row>, Misuse> {
    let text = std::fs::read_to_string(file).map_err(|error| Misuse::unusable(file, error))?;
    let text = text.trim_start_matches('\u{feff}');
    match source {
        ImportSource::BetterAuth => Ok(better_auth::read(text, keys.better_auth.as_deref().map(String::as_str))),
        ImportSource::Cognito => cognito::read(text),
        ImportSource::Auth0 => Ok(auth0::read(text)),
        ImportSource::Firebase => firebase::read(text, keys.firebase.as_ref()),
        ImportSource::Supabase => supabase::read(text),
        ImportSource::Ostiary => Ok(ostiary::read(text)),
    }
}

/// An object with its number in the file; `None` if it cannot be read.
type Numbered = (usize, Option<Map<String, Value>>);

/// The objects of a file with one JSON object a line, each with the number of its line. Empty lines are skipped.
fn json_lines(text: &str) -> impl Iterator<Item = Numbered> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| (at + 1, serde_json::from_str(line).ok()))
}

const NO_OBJECT: &str = "the line is no JSON object";

/// The records of a CSV file, each by the names of its columns, with the number of the row; the header is row 1. A
/// record whose number of fields is not that of the header is `None`.
fn csv_records(text: &str, required: &'static [&'static str]) -> Result<Vec<Numbered>, Misuse> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| Misuse::Format("no CSV file"))?.clone();
    if !required.iter().all(|name| header.iter().any(|column| column == *name)) {
        return Err(Misuse::Columns(required));
    }
    let records = reader.records().enumerate().map(|(at, record)| {
        let record = record.ok().filter(|record| record.len() == header.len());
        let named = record.map(|record| {
            let values = record.iter().map(|value| Value::String(value.to_owned()));
            header.iter().map(str::to_owned).zip(values).collect()
        });
        (at + 2, named)
    });
    Ok(records.collect())
}

/// Rows of several objects each: the objects by the id that they have in common, in the order of the first one.
#[derive(Debug, Default)]
struct Merged {
    objects: BTreeMap<usize, Map<String, Value>>,
    numbers: BTreeMap<String, usize>,
}

impl Merged {
    /// Adds the members that the earlier objects of the id do not have.
    fn add(&mut self, number: usize, id: &str, object: Map<String, Value>) {
        let first = *self.numbers.entry(id.to_owned()).or_insert(number);
        let merged = self.objects.entry(first).or_default();
        for (name, value) in object {
            let slot = merged.entry(name).or_insert(Value::Null);
            if slot.is_null() {
                *slot = value;
            }
        }
    }
}
