//! One contract file, and whether an answer keeps what the file promises: the operation exists, the status is
//! documented, the headers are there, the body has the documented shape.
//!
//! How a file is read is in `document.rs`, how a value is held against a schema in `schema.rs`. Where the service
//! departs from a file on purpose stands in `better_auth.rs`, each line with its reason; the other four have no such line.

mod better_auth;
mod departures;
mod document;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use http::{HeaderMap, header};
use serde_json::Value;
use thiserror::Error;

use better_auth::BETTER_AUTH;
use departures::{Departures, NONE};
use document::{Answer, Document, Entry};
use schema::Mismatch;

/// One `OpenAPI` 3.1 file. Each schema is compiled when an answer first needs it.
#[derive(Debug)]
pub struct Contract {
    document: Document,
    departures: &'static Departures,
}

/// An operation of a contract, as its file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// In upper case.
    pub method: String,
    /// The template with the base path: `/api/auth/reset-password/{token}`.
    pub path: String,
    pub operation_id: String,
    /// What it does, in a few words.
    pub summary: String,
    /// The group it belongs to, `x-capability`.
    pub capability: String,
    /// Who may call it, `x-principal`.
    pub principal: String,
}

/// Where an answer departs from its contract.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{operation} answered {status}, {}: {problem}", if pointer.is_empty() { "the whole of it" } else { pointer })]
pub struct Drift {
    /// Method and path as they were asked for.
    pub operation: String,
    pub status: u16,
    /// A JSON pointer into the body, or the name of a header; empty for the answer as a whole.
    pub pointer: String,
    pub problem: String,
}

macro_rules! contract {
    ($parse:path, $file:literal, $departures:expr) => {{
        static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
            let root = $parse(include_str!(concat!("../../shared/contracts/", $file))).expect($file);
            Contract::new(root, $departures)
        });
        &CONTRACT
    }};
}

impl Contract {
    pub fn better_auth() -> &'static Self {
        contract!(serde_json::from_str, "better-auth.openapi.json", &BETTER_AUTH)
    }

    pub fn basic() -> &'static Self {
        contract!(serde_yaml_ng::from_str, "basic.openapi.yaml", &NONE)
    }

    pub fn teams() -> &'static Self {
        contract!(serde_yaml_ng::from_str, "teams.openapi.yaml", &NONE)
    }

    pub fn platform() -> &'static Self {
        contract!(serde_yaml_ng::from_str, "platform.openapi.yaml", &NONE)
    }

    pub fn accounts() -> &'static Self {
        contract!(serde_yaml_ng::from_str, "accounts.openapi.yaml", &NONE)
    }

    fn new(mut root: Value, departures: &'static Departures) -> Self {
        (departures.rewrite)(&mut root);
        Self {
            document: Document::new(&root),
            departures,
        }
    }

    /// Every operation of the file, by path.
    pub fn operations(&self) -> Vec<Operation> {
        self.document
            .entries
            .iter()
            .map(|entry| entry.operation.clone())
            .collect()
    }

    /// Holds an answer against the file. `path` is the whole path that was asked for, base path included; a query
    /// behind it is ignored.
    pub fn check(&self, method: &str, path: &str, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<(), Drift> {
        let path = path.split('?').next().unwrap_or_default();
        self.compare(method, path, status, headers, body)
            .map_err(|Mismatch { pointer, problem }| Drift {
                operation: format!("{method} {path}"),
                status,
                pointer,
                problem,
            })
    }

    fn compare(&self, method: &str, path: &str, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<(), Mismatch> {
        let Some(entry) = self.entry(method, path)? else {
            return self.compare_additional(status, headers, body);
        };
        let may_be_null = self.departures.may_be_null(&entry.operation.method, &entry.template);
        if body == b"null" && status == 200 && may_be_null {
            return Ok(());
        }
        let answer = self.answer(entry, status, headers)?;
        self.compare_body(answer, status, headers, body)
    }

    /// The documented operation, or `None` for one that the service serves beyond the file.
    fn entry(&self, method: &str, path: &str) -> Result<Option<&Entry>, Mismatch> {
        let unknown = || Mismatch::whole("the contract has no such operation");
        let relative = self.document.relative(path).ok_or_else(unknown)?;
        let (method, relative) = self.departures.documented_name(method, relative);
        if let Some(entry) = self.document.find(method, relative) {
            return Ok(Some(entry));
        }
        if self.departures.is_additional(method, relative) {
            return Ok(None);
        }
        Err(unknown())
    }

    /// What is promised for this status, its headers checked.
    fn answer<'a>(&self, entry: &'a Entry, status: u16, headers: &HeaderMap) -> Result<&'a Answer, Mismatch> {
        let documented = entry
            .answers
            .get(&status.to_string())
            .or_else(|| entry.answers.get("default"));
        let answer = match (documented, status) {
            (Some(answer), _) => answer,
            // In no file for most operations, but an honest answer while AWS is down: it looks like the other errors.
            (None, 503) => ["500", "400", "401"]
                .into_iter()
                .find_map(|error| entry.answers.get(error))
                .ok_or_else(|| Mismatch::whole("no error is documented that a 503 could look like"))?,
            (None, _) => self
                .departures
                .looks_like(&entry.operation.method, &entry.template, status)
                .and_then(|documented| entry.answers.get(documented))
                .ok_or_else(|| Mismatch::whole("this status is not documented"))?,
        };
        // The Better Auth document does not call the header required, but the service promises it everywhere.
        let must_wait = status == 429 || (status == 503 && documented.is_none());
        if must_wait && !headers.contains_key(header::RETRY_AFTER) {
            return Err(Mismatch::at("Retry-After", "the header is missing"));
        }
        answer.check_headers(headers)?;
        Ok(answer)
    }

    fn compare_body(&self, answer: &Answer, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<(), Mismatch> {
        if !body.is_empty() {
            return answer.check_body(status, headers, body);
        }
        if answer.content.is_empty() || self.departures.may_be_empty(status) {
            return Ok(());
        }
        Err(Mismatch::whole("the body is empty"))
    }

    /// An operation beyond the file may succeed as it likes; its errors look like those of any other operation.
    fn compare_additional(&self, status: u16, headers: &HeaderMap, body: &[u8]) -> Result<(), Mismatch> {
        match self.document.entries.first() {
            Some(any) if status >= 400 => {
                let answer = self.answer(any, status, headers)?;
                self.compare_body(answer, status, headers, body)
            }
            _ => Ok(()),
        }
    }
}
