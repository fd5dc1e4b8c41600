//! `docs/routes.md`: every route of `template.yaml`, with the caller that it demands and the summary of the contract's
//! document.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use local_aws::template::{Route, Template};
use shared::domain::Contract;

use super::{base, check, code, table};

/// Its rows are the routes of the template: the tests of authorization compare the two.
static OPERATIONS: LazyLock<String> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("authorization/operations.txt");
    std::fs::read_to_string(path).expect("the table")
});

const HEAD: &str = "\
# Routes

<!-- This page is made from template.yaml, the documents of the contracts and tests/authorization/operations.txt. -->

Each route of the service, by contract. `tests/reference` makes this page and fails when it is stale. The documents with all
parameters and responses are shown by the service at `/docs`, and described in the pages of the contracts.

The column *caller* names who may call the operation:

| caller | meaning |
|---|---|
";

const BELOW: &str = "A caller with a note after the comma must have proven more than a live session:

| note | meaning |
|---|---|
| fresh | the user has signed in within `SESSION_FRESH_AGE_SECONDS` |
| second factor | a user with a second factor has verified it in this session |
| in person | the same, and no administrator impersonates the user |
| step-up | fresh, second factor, and no impersonation |
| conditional | some requests demand more than a session; the page of the contract says which |
";

struct Row {
    method: &'static str,
    path: &'static str,
    caller: &'static str,
    assurance: Option<&'static str>,
}

fn rows() -> impl Iterator<Item = Row> {
    let lines = OPERATIONS.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut words = line.split_whitespace();
            let mut next = || words.next().expect("method, path and caller");
            let (method, path, caller) = (next(), next(), next());
            let assurance = words.find(|word| word.parse::<u16>().is_err());
            Row {
                method,
                path,
                caller,
                assurance,
            }
        })
}

/// The callers with their meaning, as the comment of the table lists them.
fn callers() -> Vec<Vec<String>> {
    let listed = OPERATIONS.lines().skip_while(|line| !line.starts_with("# caller:"));
    let lines = listed.take_while(|line| *line != "#");
    let lines = lines.map(|line| line.trim_start_matches("# caller:").trim_start_matches('#').trim());
    let entries = lines.filter_map(|line| line.split_once(char::is_whitespace));
    entries
        .map(|(name, meaning)| vec![words(name), meaning.trim().to_owned()])
        .collect()
}

fn words(name: &str) -> String {
    name.replace('-', " ")
}

fn note(assurance: &str) -> &'static str {
    match assurance {
        "fresh" => "fresh",
        "second-factor" => "second factor",
        "in-person" | "in-person-to-own-it" => "in person",
        "step-up" => "step-up",
        _ => "conditional",
    }
}

fn summaries() -> BTreeMap<(String, String), String> {
    let contracts = [
        tests::Contract::better_auth(),
        tests::Contract::basic(),
        tests::Contract::teams(),
        tests::Contract::platform(),
        tests::Contract::accounts(),
    ];
    let operations = contracts.into_iter().flat_map(tests::Contract::operations);
    operations.map(|it| ((it.method, it.path), it.summary)).collect()
}

fn lines(contract: Option<Contract>) -> Vec<Vec<String>> {
    let summaries = summaries();
    let mut lines: Vec<_> = rows()
        .filter(|row| Contract::of(row.path) == contract)
        .map(|row| {
            let notes = row.assurance.map(|assurance| format!(", {}", note(assurance)));
            let caller = words(row.caller) + &notes.unwrap_or_default();
            let summary = summaries.get(&(row.method.to_owned(), row.path.to_owned()));
            vec![
                row.method.to_owned(),
                code(row.path),
                caller,
                summary.cloned().unwrap_or_default(),
            ]
        })
        .collect();
    lines.sort_by(|a, b| (&a[1], &a[0]).cmp(&(&b[1], &b[0])));
    lines
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for cells in callers() {
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    let _ = write!(page, "\n{BELOW}");
    for contract in Contract::ALL {
        let lines = lines(Some(contract));
        let _ = write!(
            page,
            "\n## {contract}\n\nBase path `{}`, {} operations.\n\n",
            base(contract),
            lines.len()
        );
        page += &table(&["method", "path", "caller", "summary"], lines);
    }
    page += "\n## Outside of the contracts\n\nThe pages that mails lead to, the documents that verify tokens, and the API reference.\n\n";
    page + &table(
        &["method", "path", "caller"],
        lines(None).into_iter().map(|cells| cells[..3].to_vec()),
    )
}

#[test]
fn the_page_of_routes_has_every_route_of_the_template() {
    let page = page();
    for Route { method, path, .. } in Template::of_the_service().routes().expect("routes") {
        // Routes of whole prefixes are listed operation by operation, and those for any method by method.
        if path == "$default" || path.ends_with("+}") {
            continue;
        }
        let is_listed = match method.as_str() {
            "ANY" => page.contains(&format!(" | `{path}` |")),
            _ => page.contains(&format!("| {method} | `{path}` |")),
        };
        assert!(is_listed, "{method} {path} is not in operations.txt");
    }
    check("routes.md", &page);
}
