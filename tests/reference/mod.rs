//! The pages of the documentation that are made from code: `docs/errors.md` and `docs/routes.md`. They are checked in, so that they
//! can be read without a build. To make them again: `UPDATE_REFERENCE=1 cargo test -p tests reference`.

mod errors;
mod routes;

use std::path::Path;

use shared::domain::Contract;

/// Compares a page with what the code says, and writes it if that is wanted.
#[track_caller]
fn check(page: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    if std::env::var_os("UPDATE_REFERENCE").is_some() {
        std::fs::write(&path, expected).expect("the page can be written");
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let mut pairs = written.lines().zip(expected.lines());
    let differing = pairs.find(|(written, expected)| written != expected);
    assert!(
        written == expected,
        "docs/{page} is stale; run UPDATE_REFERENCE=1 cargo test -p tests reference\nfirst difference: {differing:#?}"
    );
}

/// A table of Markdown.
fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = line(columns.iter().map(|name| (*name).to_owned()).collect());
    let rule = format!("|{}\n", "---|".repeat(columns.len()));
    let escaped = |cell: String| cell.replace('|', "\\|");
    let rows = rows
        .into_iter()
        .map(|cells| line(cells.into_iter().map(escaped).collect()));
    head + &rule + &rows.collect::<String>()
}

fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

/// The names and the base paths.
fn base(contract: Contract) -> &'static str {
    match contract {
        Contract::BetterAuth | Contract::Basic => "/api/auth",
        Contract::Teams => "/auth",
        Contract::Platform => "/v1",
        Contract::Accounts => "/accounts/v1",
    }
}
