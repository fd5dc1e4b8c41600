//! `docs/errors.md`: every error of every contract, from the snapshot of the error atlas, and the codes that operations of one
//! contract alone have, from the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use shared::domain::Contract;

use super::{check, code, table};

/// It is read when the test runs, so that a snapshot that has just been accepted counts.
const ATLAS: &str = "snapshots/integration__error_atlas__errors_in_every_contract.snap";

const HEAD: &str = "\
# Errors

<!-- This page is made from tests/snapshots and the code of the contracts. -->

Each error that the service answers with, by contract. `tests/reference` makes this page and fails when it is stale. Programs read the
status and the code; messages are for people and may change. The column *cause* names the operation and the reason, as the code
names them. A response with status 429 or 503 has the header `Retry-After`; each response has the header `x-request-id`, which
log lines carry too.

A sign-in through an identity provider that fails in the browser ends at a page, with [one of these codes](social.md#what-protects-the-flow)
in the query parameter `error`.
";

/// Literals in capitals that are no codes of errors.
const NO_CODES: [&str; 10] = [
    "ACTIVATE_ROLE",
    "CARGO_PKG_VERSION",
    "DEACTIVATE_ROLE",
    "GROUP_ADMIN",
    "PLAN_ACTIVE",
    "PLAN_EXPIRED",
    "REMOVE_ROLE",
    "SUPER_ADMIN",
    "RUST_LOG",
    "SEND_INVITATION",
];

fn form(contract: Contract) -> &'static str {
    match contract {
        Contract::BetterAuth => "`{\"code\": \"...\", \"message\": \"...\"}`",
        Contract::Basic => "`{\"detail\": \"...\"}`, without a code",
        Contract::Teams => "`{\"statusCode\": 400, \"error\": \"...\", \"message\": \"...\"}`, without a code",
        Contract::Platform => {
            "`{\"statusCode\": 400, \"error\": \"...\", \"message\": \"...\"}`, for some errors with `code` or `details`"
        }
        Contract::Accounts => "`{\"result\": \"FAILURE\", \"message\": \"...\", \"data\": {\"code\": \"...\"}}`",
    }
}

/// One line of the atlas.
struct Line {
    contract: Contract,
    status: String,
    code: String,
    message: String,
    cause: String,
}

fn atlas() -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(ATLAS);
    let snapshot = std::fs::read_to_string(path).expect("the snapshot");
    let lines = snapshot.splitn(3, "---\n").nth(2).expect("a header and lines").lines();
    lines
        .map(|line| Line::parse(line).unwrap_or_else(|| panic!("no line of the atlas: {line}")))
        .collect()
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let (before, body) = line.split_at(body_start(line)?);
        let body: Value = serde_json::from_str(body).ok()?;
        let before = before.split(" (retry after").next()?.trim_end();
        let (before, status) = before.rsplit_once(' ')?;
        let (cause, contract) = before.trim_end().rsplit_once(' ')?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let message = [&body["message"], &body["detail"]]
            .into_iter()
            .find(|text| text.is_string());
        Some(Self {
            contract: contract.parse().ok()?,
            status: status.to_owned(),
            code: [&body["code"], &body["data"]["code"]].map(text).concat(),
            message: message.map(text).unwrap_or_default(),
            cause: words(cause.trim_end()),
        })
    }
}

/// Where the body begins: behind the status, since the name of an error may have braces too.
fn body_start(line: &str) -> Option<usize> {
    let mut braces = line.match_indices('{').map(|(at, _)| at);
    braces.find(|at| serde_json::from_str::<Value>(&line[*at..]).is_ok())
}

/// `sign in: account blocked: banned` of `SignInError::AccountBlocked(AccountBlocked::Banned)`.
fn words(error: &str) -> String {
    let error = error.split(" {").next().unwrap_or_default().trim_end_matches(')');
    let parts = error.split(['(', ')']).filter(|part| !part.is_empty());
    let names = parts.flat_map(|part| part.split("::"));
    let mut words: Vec<String> = Vec::new();
    for name in names {
        let name = separated(name.trim_end_matches("Error"));
        if !name.is_empty() && words.last() != Some(&name) {
            words.push(name);
        }
    }
    words.join(": ")
}

fn separated(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// The errors of a contract, each once with all of its causes.
fn errors(contract: Contract) -> Vec<Vec<String>> {
    let mut causes = BTreeMap::<_, Vec<String>>::new();
    for line in atlas().into_iter().filter(|line| line.contract == contract) {
        let known = causes.entry((line.status, line.code, line.message)).or_default();
        if !known.contains(&line.cause) {
            known.push(line.cause);
        }
    }
    causes
        .into_iter()
        .map(|((status, name, message), causes)| vec![status, code(&name), message, causes.join("; ")])
        .collect()
}

/// The codes in the code of a contract that the atlas does not have: of requests that are refused before an operation
/// begins.
fn further(contract: Contract) -> BTreeSet<String> {
    let known: BTreeSet<_> = atlas()
        .into_iter()
        .filter(|line| line.contract == contract)
        .map(|line| line.code)
        .collect();
    let literals = sources(contract).into_iter().flat_map(|file| {
        let text = std::fs::read_to_string(file).expect("a file");
        literals(&text)
    });
    literals
        .filter(|name| !known.contains(name) && !NO_CODES.contains(&name.as_str()))
        .collect()
}

/// The files of a contract: `shared/src/contract/NAME`, and `NAME.rs` or `NAME/` in each function.
fn sources(contract: Contract) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let functions = std::fs::read_dir(root.join("functions")).expect("functions");
    let functions = functions.map(|folder| folder.expect("a folder").path().join("src"));
    let places = functions.chain([root.join("shared/src/contract")]);
    let name = contract.as_str();
    places
        .flat_map(|place| [place.join(format!("{name}.rs")), place.join(name)])
        .flat_map(files)
        .collect()
}

fn files(path: PathBuf) -> Vec<PathBuf> {
    if path.is_dir() {
        let entries = std::fs::read_dir(&path).expect("a folder");
        entries
            .flat_map(|entry| files(entry.expect("an entry").path()))
            .collect()
    } else if path.is_file() && !path.ends_with("tests.rs") {
        vec![path]
    } else {
        Vec::new()
    }
}

/// The string literals of two or more words in capitals.
fn literals(text: &str) -> Vec<String> {
    let is_code = |text: &&str| {
        let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        text.contains('_') && text.bytes().all(is_capital) && !text.starts_with('_') && !text.ends_with('_')
    };
    // Outside of test modules.
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.split('"').filter(is_code).map(str::to_owned).collect()
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for contract in Contract::ALL {
        let _ = write!(page, "\n## {contract}\n\nThe body is {}.\n\n", form(contract));
        page += &table(&["status", "code", "message", "cause"], errors(contract));
        let further = further(contract);
        if !further.is_empty() {
            page += "\nCodes of requests that this contract refuses before an operation begins, because of a field, the origin of the \
                     page or a permission:\n\n";
            let list: Vec<_> = further.iter().map(|name| format!("- {}\n", code(name))).collect();
            page += &list.concat();
        }
    }
    page
}

#[test]
fn the_page_of_errors_has_every_error_of_every_contract() {
    check("errors.md", &page());
}

#[test]
fn causes_are_words() {
    for (error, expected) in [
        (
            "SignInError::AccountBlocked(AccountBlocked::Banned)",
            "sign in: account blocked: banned",
        ),
        (
            "Interruption::TooManyRequests { retry_after: 42 }",
            "interruption: too many requests",
        ),
        (
            "Interruption::internal(\"a test\")",
            "interruption: internal: \"a test\"",
        ),
    ] {
        assert_eq!(words(error), expected);
    }
}
