//! What functions used and were denied, so that a test can compare it with what they are granted.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    access::{Grant, Permissions},
    policy::Statement,
};

/// By function. Its size is bounded: used grants are those of the template, and denied ones have no ids in them.
#[derive(Debug)]
pub(super) struct Ledger(Mutex<BTreeMap<String, Permissions>>);

impl Ledger {
    pub(super) fn new(policies: &BTreeMap<String, Vec<Statement>>) -> Self {
        let untouched = policies.iter().map(|(function, statements)| {
            let permissions = Permissions {
                granted: statements.iter().flat_map(Statement::grants).collect(),
                ..Permissions::default()
            };
            (function.clone(), permissions)
        });
        Self(Mutex::new(untouched.collect()))
    }

    pub(super) fn note_used(&self, function: &str, grants: Vec<Grant>) {
        if let Some(permissions) = self.entries().get_mut(function) {
            permissions.used.extend(grants);
        }
    }

    pub(super) fn note_refused(&self, function: &str, grant: Grant) {
        if let Some(permissions) = self.entries().get_mut(function) {
            permissions.refused.insert(grant);
        }
    }

    pub(super) fn permissions(&self) -> BTreeMap<String, Permissions> {
        self.entries().clone()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Permissions>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
