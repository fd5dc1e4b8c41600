//! What functions did and were refused, so that a test can hold it against what they may.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    access::{Grant, Permissions},
    policy::Statement,
};

/// By function. It holds no more than the template grants, and what was refused without its ids.
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
