//! The services on which a story plays, and what comes to light in them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use local_aws::{Grant, Permissions};

use crate::client::{Local, options};

/// What Lambda does in a function's name, and not the function.
const BY_LAMBDA: [&str; 5] = [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:SendMessage",
];

/// Grants that no story can need, each with the reason.
const OUT_OF_REACH: &[(&str, &str)] = &[
    // The offer of a topic, which SNS must have signed: functions/mail-events/tests/events/accounts.rs takes one up.
    ("MailEventsFunction", "dynamodb:GetItem on Table.Arn of MAIL_EVENT#SNS"),
    // Nothing makes the key of administrators' tokens yet.
    ("OperatorFunction", "kms:DescribeKey on AdminSigningKey.Arn"),
];

/// Holds its services, so that what functions did in all of them counts.
#[derive(Default)]
pub struct Stage(Mutex<Vec<Arc<Local>>>);

impl Stage {
    /// A service with these settings, and empty tables.
    pub async fn open(&self, settings: &[&str]) -> Arc<Local> {
        self.with(options(settings)).await
    }

    pub async fn with(&self, options: local::Options) -> Arc<Local> {
        let local = Arc::new(Local::with(options).await);
        let mut services = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        services.push(Arc::clone(&local));
        local
    }

    /// Asserts that no call was refused, and that the function used every permission that it has.
    pub fn prove(&self, function: &str) {
        let problems = [self.refusals(), self.needless(function)].concat();
        assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
    }

    fn refusals(&self) -> Vec<String> {
        let permissions = self.permissions().into_iter();
        let refusals = permissions.flat_map(|(function, permissions)| {
            let refused = permissions.refused.into_iter();
            refused.map(move |grant| format!("{function} was refused {grant}: template.yaml does not grant it"))
        });
        refusals.collect()
    }

    fn needless(&self, function: &str) -> Vec<String> {
        let permissions = self.permissions().remove(function);
        let permissions = permissions.unwrap_or_else(|| panic!("template.yaml has no {function}"));
        let is_needless = |grant: &&Grant| {
            let is_out_of_reach = OUT_OF_REACH.contains(&(function, &*grant.to_string()));
            !BY_LAMBDA.contains(&grant.action.as_str()) && !is_out_of_reach
        };
        let needless = permissions.granted.difference(&permissions.used).filter(is_needless);
        let needless = needless
            .map(|grant| format!("{function} is granted {grant} in template.yaml, and its story does not need it"));
        let in_reach = OUT_OF_REACH
            .iter()
            .filter(|(of, grant)| *of == function && permissions.used.iter().any(|used| used.to_string() == *grant));
        let in_reach =
            in_reach.map(|(_, grant)| format!("{function} does use {grant}, which stage.rs has as out of reach"));
        needless.chain(in_reach).collect()
    }

    /// Of all services together.
    pub fn permissions(&self) -> BTreeMap<String, Permissions> {
        let mut sum: BTreeMap<String, Permissions> = BTreeMap::new();
        let services = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (function, permissions) in services.iter().flat_map(|local| local.service.permissions()) {
            let Permissions { granted, used, refused } = permissions;
            let sum = sum.entry(function).or_default();
            sum.granted.extend(granted);
            sum.used.extend(used);
            sum.refused.extend(refused);
        }
        sum
    }
}

/// A story that comes to a halt was mostly stopped by a refusal.
impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.refusals().join("\n"));
        }
    }
}
