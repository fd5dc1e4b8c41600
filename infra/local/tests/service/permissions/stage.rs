//! The services that a story uses, and the permissions that functions used in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use local_aws::{Grant, Permissions};
use shared::domain::Totals;

use super::people::core_beside;
use crate::client::{Local, options};

/// Actions of Lambda with the function's role, which the function itself does not perform.
const LAMBDA_ACTIONS: [&str; 5] = [
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:SendMessage",
];

/// Grants that no story can use, each with the reason.
const UNTESTED_GRANTS: &[(&str, &str)] = &[
    // A change of the password that loses a race against another one: functions/admin/tests/platform/password.rs tests
    // it.
    (
        "AdminFunction",
        "dynamodb:GetItem on TableInUse.Value of ADMIN_CREDENTIAL#*",
    ),
    // The confirmation of a subscription, which SNS must have signed: functions/mail-events/tests/events/accounts.rs
    // tests it.
    (
        "MailEventsFunction",
        "dynamodb:GetItem on TableInUse.Value of MAIL_EVENT#SNS",
    ),
];

/// Keeps its services, so that the permissions used in all of them count.
#[derive(Default)]
pub struct Stage(Mutex<Vec<Arc<Local>>>);

impl Stage {
    /// Starts a service with these settings and an empty table.
    pub async fn open(&self, settings: &[&str]) -> Arc<Local> {
        self.with(options(settings)).await
    }

    /// With events, because their permissions are those of every function.
    pub async fn with(&self, mut options: local::Options) -> Arc<Local> {
        options.overrides.push("EVENTS=on".parse().expect("a setting"));
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

    /// Asserts that the totals of the statistics are those of a full count, after all that the story did.
    pub async fn recount(&self) {
        let services = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for local in services {
            let store = core_beside(&local, &[]).store;
            let ids = store.list_user_ids().await.expect("an answer");
            let users = store.find_users(&ids).await.expect("an answer");
            let (mut counted, mut organizations) = (Totals::default(), BTreeSet::new());
            for user in users.iter().flatten() {
                counted.count_user(user);
                organizations.extend(user.memberships.iter().map(|membership| membership.organization_id));
            }
            let ids: Vec<_> = organizations.into_iter().collect();
            for _ in store.find_undissolved_organizations(&ids).await.expect("an answer") {
                counted.count_organization();
            }
            let shown = |totals: &Totals| (totals.classes().collect::<Vec<_>>(), totals.organizations());
            assert_eq!(shown(&store.totals().await.expect("an answer")), shown(&counted));
        }
    }

    /// The kinds of audit records of all services together, by the route of the request.
    pub fn audited(&self) -> BTreeMap<String, BTreeSet<&'static str>> {
        let mut sum: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let services = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (route, kinds) in services.iter().flat_map(|local| local.service.audited()) {
            sum.entry(route).or_default().extend(kinds);
        }
        sum
    }

    /// The audit records that are not as docs/audit-records.json says.
    pub fn malformed_records(&self) -> Vec<String> {
        let schemas = shared::domain::audit::schemas();
        let services = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let records = services.iter().flat_map(|local| local.service.audit_trail());
        let mut problems = Vec::new();
        for record in records {
            let schema = &schemas[record["kind"].as_str().unwrap_or_default()];
            let validator = jsonschema::validator_for(schema).expect("a schema");
            if let Err(error) = validator.validate(&record) {
                problems.push(format!("{record}: {error}"));
            }
        }
        problems
    }

    /// The secrets of requests and responses that an audit record holds.
    pub fn audited_secrets(&self) -> Vec<String> {
        let services = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_service = |local: &Arc<Local>| {
            let records = serde_json::Value::from(local.service.audit_trail()).to_string();
            let secrets = local.secrets().into_iter();
            secrets.filter(|secret| records.contains(secret)).collect::<Vec<_>>()
        };
        services.iter().flat_map(of_service).collect()
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
            let is_out_of_reach = UNTESTED_GRANTS.contains(&(function, &*grant.to_string()));
            !LAMBDA_ACTIONS.contains(&grant.action.as_str()) && !is_out_of_reach
        };
        let needless = permissions.granted.difference(&permissions.used).filter(is_needless);
        let needless = needless
            .map(|grant| format!("{function} is granted {grant} in template.yaml, and its story does not need it"));
        let in_reach = UNTESTED_GRANTS
            .iter()
            .filter(|(of, grant)| *of == function && permissions.used.iter().any(|used| used.to_string() == *grant));
        let in_reach =
            in_reach.map(|(_, grant)| format!("{function} does use {grant}, which stage.rs has as out of reach"));
        needless.chain(in_reach).collect()
    }

    /// The permissions of all services together.
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

/// Prints denied permissions when a story panics, because they are the usual cause.
impl Drop for Stage {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.refusals().join("\n"));
        }
    }
}
