//! The audit records that operations leave: `tests/authorization/audit.txt` has a row for each operation that may change
//! something, and the stories of the functions show that it is true.

use std::collections::{BTreeMap, BTreeSet};

use local_aws::template::{Route, Template};

use super::stage::Stage;

const TABLE: &str = include_str!("../../../../../tests/authorization/audit.txt");

/// Routes whose story is refused, each with the test of the success.
const REFUSED: [&str; 1] = [
    // The identity is the only method of sign-in: functions/social/tests/platform.rs.
    "DELETE /v1/auth/social/unlink/{provider}",
];

/// What a row says about an operation.
#[derive(Debug, PartialEq, Eq)]
enum Row<'t> {
    /// The kinds of records that requests may leave.
    Kinds(BTreeSet<&'t str>),
    /// Why there is none.
    None(&'t str),
}

/// The rows by route.
fn rows() -> BTreeMap<String, Row<'static>> {
    let lines = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let mut rows = BTreeMap::new();
    for line in lines {
        let mut words = line.split_whitespace();
        let route = format!("{} {}", words.next().expect("a method"), words.next().expect("a path"));
        let row = match line.split_once(" none:") {
            Some((_, reason)) => Row::None(reason.trim()),
            None => Row::Kinds(words.collect()),
        };
        assert!(rows.insert(route.clone(), row).is_none(), "{route} has two rows");
    }
    rows
}

impl Stage {
    /// Asserts that each operation of the function has left the records of its row, and no others.
    pub fn prove_audit(&self, function: &str) {
        let rows = rows();
        let seen = self.audited();
        let of_function = |route: &Route| route.function == function;
        let routes = Template::of_the_service().routes().expect("routes").into_iter();
        let mut problems = Vec::new();
        for Route { method, path, .. } in routes.filter(of_function) {
            let called = seen.iter().filter(|(called, _)| is_of(called, &method, &path));
            let kinds: BTreeSet<_> = called.clone().flat_map(|(_, kinds)| kinds.iter().copied()).collect();
            let route = format!("{method} {path}");
            let expected = match rows.get(&route) {
                Some(Row::Kinds(kinds)) => kinds.clone(),
                Some(Row::None(_)) | None => BTreeSet::new(),
            };
            if called.count() > 0 && kinds != expected && !REFUSED.contains(&route.as_str()) {
                problems.push(format!("{route}  {}", kinds.into_iter().collect::<Vec<_>>().join(" ")));
            }
        }
        problems.extend(self.malformed_records());
        for secret in self.audited_secrets() {
            problems.push(format!("a record holds the secret {secret}"));
        }
        let all = problems.join("\n");
        assert!(
            problems.is_empty(),
            "audit.txt has other rows than the story of {function}:\n{all}\n"
        );
    }
}

/// Whether a request was one of the route: a route for any method also serves the others.
fn is_of(called: &str, method: &str, path: &str) -> bool {
    let (of_request, pattern) = called.split_once(' ').unwrap_or((called, ""));
    pattern == path && (method == "ANY" || method == of_request)
}

#[test]
fn every_operation_that_may_change_something_has_a_row() {
    let rows = rows();
    let routes = Template::of_the_service().routes().expect("routes");
    // The route for all other paths leads to an answer that there is nothing.
    for Route { method, path, .. } in routes.iter().filter(|route| route.path != "$default") {
        let route = format!("{method} {path}");
        assert!(
            method == "GET" || rows.contains_key(&route),
            "{route} has no row in audit.txt"
        );
    }
    for (route, row) in &rows {
        assert!(
            routes
                .iter()
                .any(|known| format!("{} {}", known.method, known.path) == *route),
            "audit.txt has a row for {route}, which template.yaml does not have"
        );
        assert!(
            *row != Row::None("") && *row != Row::Kinds(BTreeSet::new()),
            "{route} needs kinds or a reason"
        );
    }
}
