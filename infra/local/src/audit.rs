//! The audit records of requests, as `GET /_local/audit.json` shows them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use local_aws::LocalAws;
use serde_json::Value;
use shared::audit;
use shared::domain::audit::AuditRecord;

/// The number of records that are kept, of which the oldest go first.
const KEPT: usize = 10_000;

/// The newest records, which are lines of the log group that they would be in on AWS, too.
#[derive(Debug)]
pub(crate) struct AuditTrail {
    aws: Arc<LocalAws>,
    log_group: String,
    records: Mutex<VecDeque<AuditRecord>>,
    /// The kinds that each route has left, for tests.
    kinds: Mutex<BTreeMap<String, BTreeSet<&'static str>>>,
}

impl AuditTrail {
    pub(crate) fn new(aws: Arc<LocalAws>, stack: &str) -> Self {
        Self {
            aws,
            log_group: audit::log_group(stack),
            records: Mutex::default(),
            kinds: Mutex::default(),
        }
    }

    /// `route` is the route of the request that left them.
    pub(crate) fn keep(&self, route: &str, records: Vec<AuditRecord>) {
        for record in &records {
            let line = record.to_json().to_string();
            self.aws.write_log(&self.log_group, record.at, line);
        }
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let of_route = kinds.entry(route.to_owned()).or_default();
        of_route.extend(records.iter().map(|record| record.fact.kind()));
        let mut kept = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(records);
        let excess = kept.len().saturating_sub(KEPT);
        kept.drain(..excess);
    }

    /// Oldest first, in the form of the lines of a log.
    pub(crate) fn list(&self) -> Vec<Value> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.iter().map(AuditRecord::to_json).collect()
    }

    pub(crate) fn kinds(&self) -> BTreeMap<String, BTreeSet<&'static str>> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
