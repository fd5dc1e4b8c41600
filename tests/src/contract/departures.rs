//! The kinds of ways in which the service departs from a contract file on purpose. The departures themselves are in
//! `better_auth.rs`, the one contract that has any.

use serde_json::Value;

use super::document::fits;

/// Method and path (without the base path) of an operation.
pub(super) type Name = (&'static str, &'static str);

#[derive(Debug)]
pub(super) struct Departures {
    /// Changes the file's schemas before they are read.
    pub rewrite: fn(&mut Value),
    /// Served under a second name: the newer one, and what the document calls it.
    pub renamed: &'static [(Name, Name)],
    /// Served, and not in the document at all.
    pub additional: &'static [Name],
    /// Answers 200 with `null` where the document has an object.
    pub null: &'static [Name],
    /// A status that the document lacks, and the documented one whose body it has.
    pub statuses: &'static [(Name, u16, &'static str)],
    /// Statuses whose body may be empty although the document gives it a schema.
    pub empty: &'static [u16],
}

/// As a path: every operation of the method.
pub(super) const ANY: &str = "*";

pub(super) static NONE: Departures = Departures {
    rewrite: |_| (),
    renamed: &[],
    additional: &[],
    null: &[],
    statuses: &[],
    empty: &[],
};

impl Departures {
    /// The name under which the document has an operation.
    pub fn documented_name<'a>(&self, method: &'a str, path: &'a str) -> (&'a str, &'a str) {
        self.renamed
            .iter()
            .find(|(newer, _)| *newer == (method, path))
            .map_or((method, path), |(_, name)| *name)
    }

    pub fn is_additional(&self, method: &str, path: &str) -> bool {
        self.additional
            .iter()
            .any(|(m, template)| *m == method && fits(template, path))
    }

    pub fn may_be_null(&self, method: &str, path: &str) -> bool {
        self.null.contains(&(method, path))
    }

    /// The documented status whose body an undocumented one has.
    pub fn looks_like(&self, method: &str, path: &str, status: u16) -> Option<&'static str> {
        self.statuses
            .iter()
            .find(|((m, p), s, _)| *s == status && *m == method && (*p == ANY || *p == path))
            .map(|(_, _, documented)| *documented)
    }

    pub fn may_be_empty(&self, status: u16) -> bool {
        self.empty.contains(&status)
    }
}
