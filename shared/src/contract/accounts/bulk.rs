//! The creation of many users at once: requests, results, and the results as CSV.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::failure::explained;
use super::fields::{account_id, assignable_role, program_id};
use super::user::{LONGEST_NAME, SHORTEST_NAME};
use crate::contract::fields::parsers::{flag, optional_name};
use crate::contract::fields::{Fields, Issue, Read, parse, request};
use crate::domain::bulk::{BulkRow as CoreRow, BulkRowState, BulkUpload, MAX_ROWS};
use crate::domain::{AccountRole, EmailAddress, Name, OrganizationNumber, SecretHash};
use crate::operations::{CreateAccountUsers, NewAccountUser, Repetition, RequestedRow};

/// Values of invalid rows are shown up to this length, in characters.
const LONGEST_SHOWN: usize = 255;
/// Longest `Idempotency-Key`, in bytes.
pub const LONGEST_KEY: usize = 255;

request! {
    pub struct BulkUsersRequest {
        users: Vec<Value> = rows("users"),
        filename: Option<String> = optional_name("filename", 1, 255),
    }

    pub struct BulkSimpleUsersRequest {
        users: Vec<Value> = rows("users"),
    }

    pub struct NamedRow {
        email: EmailAddress = "email",
        role: AccountRole = assignable_role("role"),
        account_id: OrganizationNumber = account_id("accountId"),
        name: Option<Name> = optional_name("name", SHORTEST_NAME, LONGEST_NAME),
        program_id: Option<u64> = program_id("programId"),
        skip_email: bool = flag("skipEmail", false),
    }

    pub struct SimpleRow {
        email: EmailAddress = "email",
        role: AccountRole = assignable_role("role"),
        account_id: OrganizationNumber = account_id("accountId"),
        program_id: Option<u64> = program_id("programId"),
        skip_email: bool = flag("skipEmail", false),
    }
}

/// What is wrong with a row fails that row alone, so only the list itself is read here.
fn rows(fields: &mut Fields<'_>, field: &str) -> Read<Vec<Value>> {
    let rows = fields.value(field).and_then(Value::as_array);
    match rows.filter(|rows| (1..=MAX_ROWS).contains(&rows.len())) {
        Some(rows) => Some(rows.clone()),
        None => fields.not_a(field, "a list of 1 to 100 users"),
    }
}

impl BulkUsersRequest {
    /// `key` is the `Idempotency-Key` of the request.
    pub fn into_command(self, key: Option<&str>) -> CreateAccountUsers {
        CreateAccountUsers {
            repetition: repetition(key, "bulk", self.filename.as_deref(), &self.users),
            rows: self.users.iter().map(named_row).collect(),
            filename: self.filename,
        }
    }
}

impl BulkSimpleUsersRequest {
    pub fn into_command(self, key: Option<&str>) -> CreateAccountUsers {
        CreateAccountUsers {
            repetition: repetition(key, "bulk-simple", None, &self.users),
            rows: self.users.iter().map(simple_row).collect(),
            filename: None,
        }
    }
}

fn repetition(key: Option<&str>, operation: &str, filename: Option<&str>, users: &[Value]) -> Repetition {
    let hash = |parts: &[&str]| {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_be_bytes());
            hash.update(part.as_bytes());
        }
        SecretHash::from_bytes(hash.finalize().into())
    };
    if let Some(key) = key {
        return Repetition::SameKey(hash(&["key", key]));
    }
    let users: Vec<String> = users.iter().map(Value::to_string).collect();
    let mut parts = vec!["body", operation, filename.unwrap_or_default()];
    parts.extend(users.iter().map(String::as_str));
    Repetition::SameBody(hash(&parts))
}

fn named_row(value: &Value) -> RequestedRow {
    let user = parse::<NamedRow>(value).map(|row| NewAccountUser {
        email: row.email,
        name: row.name,
        role: row.role,
        account: row.account_id,
        program_id: row.program_id,
        is_mailed: !row.skip_email,
    });
    let name = value
        .get("name")
        .filter(|name| !name.is_null())
        .map(|name| shown(Some(name)));
    requested(value, name, user)
}

fn simple_row(value: &Value) -> RequestedRow {
    let user = parse::<SimpleRow>(value).map(|row| NewAccountUser {
        name: derived_name(&row.email),
        email: row.email,
        role: row.role,
        account: row.account_id,
        program_id: row.program_id,
        is_mailed: !row.skip_email,
    });
    let name = user.as_ref().ok().and_then(|user| user.name.as_ref());
    let name = name.map(|name| name.as_str().to_owned());
    requested(value, name, user)
}

fn requested(value: &Value, name: Option<String>, user: Result<NewAccountUser, Vec<Issue>>) -> RequestedRow {
    let given = value.get("email");
    let valid = given
        .and_then(Value::as_str)
        .and_then(|text| EmailAddress::parse(text).ok());
    let email = valid.map_or_else(|| shown(given), |email| email.to_string());
    RequestedRow {
        email,
        name: match &user {
            Ok(user) => user.name.as_ref().map(|name| name.as_str().to_owned()),
            Err(_) => name,
        },
        role: shown(value.get("role")),
        user: user.map_err(|issues| reason(&issues)),
    }
}

/// Text of any value that a row has in a field.
fn shown(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => return String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    text.chars().take(LONGEST_SHOWN).collect()
}

/// The document words the reason of an address without the name of its field.
fn reason(issues: &[Issue]) -> String {
    let reasons = issues.iter().map(|issue| match issue.path.join(".") {
        path if path.is_empty() || path == "email" => explained(&issue.problem),
        path => format!("{path} {}", explained(&issue.problem)),
    });
    reasons.collect::<Vec<_>>().join("; ")
}

/// `jane.doe@example.com` is Jane Doe.
fn derived_name(email: &EmailAddress) -> Option<Name> {
    let local = email.as_str().split('@').next().unwrap_or_default();
    let words = local.split(['.', '-', '_']).filter(|word| !word.is_empty());
    let capitalized = words.map(|word| {
        let mut chars = word.chars();
        let first = chars.next().map(|first| first.to_uppercase().to_string());
        first.unwrap_or_default() + chars.as_str()
    });
    let name = capitalized.collect::<Vec<_>>().join(" ");
    let name: String = name.chars().take(LONGEST_NAME).collect();
    (!name.is_empty()).then(|| Name::full(&name))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResult {
    pub upload_id: String,
    pub filename: Option<String>,
    pub total: usize,
    pub created: usize,
    pub skipped: usize,
    pub failed: usize,
    pub rows: Vec<BulkRow>,
}

#[derive(Debug, Serialize)]
pub struct BulkRow {
    /// The position in the request, counted from 1.
    pub row: usize,
    pub email: String,
    pub name: Option<String>,
    pub role: String,
    pub status: &'static str,
    pub message: String,
}

const CREATED: &str = "CREATED";
const SKIPPED: &str = "SKIPPED";
const FAILED: &str = "FAILED";

impl BulkRow {
    fn of((index, row): (usize, CoreRow)) -> Self {
        let (status, message) = match row.state {
            BulkRowState::Created => (CREATED, String::new()),
            BulkRowState::Skipped(reason) => (SKIPPED, reason),
            BulkRowState::Failed(reason) => (FAILED, reason),
            BulkRowState::Planned(_) => (FAILED, "The request was interrupted: repeat it".to_owned()),
        };
        Self {
            row: index + 1,
            email: row.email,
            name: row.name,
            role: row.role,
            status,
            message,
        }
    }
}

impl From<BulkUpload> for BulkResult {
    fn from(upload: BulkUpload) -> Self {
        let rows: Vec<BulkRow> = upload.rows.into_iter().enumerate().map(BulkRow::of).collect();
        let count = |status| rows.iter().filter(|row| row.status == status).count();
        Self {
            upload_id: upload.id.to_string(),
            filename: upload.filename,
            total: rows.len(),
            created: count(CREATED),
            skipped: count(SKIPPED),
            failed: count(FAILED),
            rows,
        }
    }
}

impl BulkResult {
    /// CSV (RFC 4180) with CRLF line ends, in UTF-8.
    pub fn to_csv(&self) -> Result<Vec<u8>, csv::Error> {
        let mut csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        csv.write_record(["row", "email", "name", "role", "status", "message"])?;
        for row in &self.rows {
            let number = row.row.to_string();
            let name = row.name.as_deref().unwrap_or_default();
            csv.write_record([
                number.as_str(),
                inert(&row.email).as_str(),
                inert(name).as_str(),
                inert(&row.role).as_str(),
                row.status,
                inert(&row.message).as_str(),
            ])?;
        }
        csv.into_inner().map_err(|error| error.into_error().into())
    }
}

/// A spreadsheet program computes a cell that begins with one of these characters (CSV injection); after an apostrophe
/// the cell is text.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(email: &str) -> Option<String> {
        let name = derived_name(&EmailAddress::parse(email).expect("an address"));
        name.map(|name| name.as_str().to_owned())
    }

    #[test]
    fn a_name_is_derived_from_the_words_of_an_address() {
        for (email, name) in [
            ("jane.doe@example.com", "Jane Doe"),
            ("jane_van-doe@example.com", "Jane Van Doe"),
            ("j@example.com", "J"),
            ("jane+tag@example.com", "Jane+tag"),
        ] {
            assert_eq!(derived(email).as_deref(), Some(name));
        }
    }

    fn result(email: &str, name: &str, message: &str) -> BulkResult {
        BulkResult {
            upload_id: String::new(),
            filename: None,
            total: 1,
            created: 0,
            skipped: 0,
            failed: 1,
            rows: vec![BulkRow {
                row: 1,
                email: email.to_owned(),
                name: Some(name.to_owned()),
                role: "COACH".to_owned(),
                status: FAILED,
                message: message.to_owned(),
            }],
        }
    }

    #[test]
    fn cells_are_quoted_and_never_a_formula() {
        let csv = |email: &str, name: &str, message: &str| {
            let written = result(email, name, message)
                .to_csv()
                .expect("a vector takes everything");
            String::from_utf8(written).expect("UTF-8")
        };
        assert_eq!(
            csv("bad", "Doe, \"Jane\"", "Łukasz\r\nx"),
            "row,email,name,role,status,message\r\n1,bad,\"Doe, \"\"Jane\"\"\",COACH,FAILED,\"Łukasz\r\nx\"\r\n"
        );
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "'\t=1"),
            ("a=1", "a=1"),
        ] {
            let expected = format!("row,email,name,role,status,message\r\n1,{written},x,COACH,FAILED,\r\n");
            assert_eq!(csv(cell, "x", ""), expected);
        }
        assert!(csv("\r=1", "x", "").contains("\"'\r=1\""));
    }

    #[test]
    fn wrong_types_are_shown_as_text() {
        let row = named_row(&serde_json::json!({"email": {"a": 1}, "role": 7, "name": ["x"], "accountId": "1"}));
        assert_eq!((row.email.as_str(), row.role.as_str()), ("{\"a\":1}", "7"));
        assert_eq!(row.name.as_deref(), Some("[\"x\"]"));
        let reason = row.user.expect_err("an invalid row");
        assert!(
            reason.contains("accountId must be") && reason.contains("role must be"),
            "{reason}"
        );
        let row = named_row(&serde_json::json!(7));
        assert_eq!((row.email, row.user.is_err()), (String::new(), true));
    }
}
