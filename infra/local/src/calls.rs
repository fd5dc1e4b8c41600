//! The cost of requests: calls to AWS and consumed capacity, by route, since the start.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;
use shared::usage::Usage;

/// The counts, as `GET /_local/calls` and `GET /_local/calls.json` show them.
#[derive(Debug)]
pub(crate) struct Calls {
    since: Timestamp,
    routes: Mutex<BTreeMap<String, Counts>>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    #[serde(flatten)]
    pub(crate) total: Usage,
    /// The cost of the last request.
    pub(crate) last: Usage,
}

#[derive(Serialize)]
pub(crate) struct Snapshot {
    pub(crate) since: Timestamp,
    /// By `METHOD /pattern`, `$default` for requests without a route, and the name of a function that no request
    /// invokes.
    pub(crate) routes: BTreeMap<String, Counts>,
}

impl Calls {
    pub(crate) fn new(since: Timestamp) -> Self {
        Self {
            since,
            routes: Mutex::default(),
        }
    }

    pub(crate) fn count(&self, route: &str, usage: &Usage) {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = routes.get_mut(route) {
            counts.add(usage);
        } else {
            routes.entry(route.to_owned()).or_default().add(usage);
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            since: self.since,
            routes: self.routes.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl Counts {
    fn add(&mut self, usage: &Usage) {
        self.requests += 1;
        self.total.dynamodb += usage.dynamodb;
        self.total.kms += usage.kms;
        self.total.ses += usage.ses;
        self.total.event_bridge += usage.event_bridge;
        self.total.events += usage.events;
        self.total.read_units += usage.read_units;
        self.total.write_units += usage.write_units;
        self.last.clone_from(usage);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn routes_are_counted_apart_and_the_last_request_is_shown_alone() {
        let calls = Calls::new(Timestamp::UNIX_EPOCH);
        for (dynamodb, read_units) in [(3, 1.5), (1, 2.0)] {
            let usage = Usage {
                dynamodb,
                read_units,
                ..Usage::default()
            };
            calls.count("GET /a", &usage);
        }
        calls.count("GET /b", &Usage::default());
        let shown = serde_json::to_value(calls.snapshot()).expect("JSON");
        let last = json!({ "dynamodb": 1, "kms": 0, "ses": 0, "read_units": 2.0, "write_units": 0.0 });
        let counts = json!({ "requests": 2, "dynamodb": 4, "kms": 0, "ses": 0, "read_units": 3.5, "write_units": 0.0,
            "last": last });
        assert_eq!(shown["routes"]["GET /a"], counts);
        assert_eq!(shown["routes"]["GET /b"]["requests"], 1);
    }
}
