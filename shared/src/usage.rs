//! The cost of a request: its calls to AWS and the capacity that they consumed, counted where the calls are made. The
//! request line of the log and the tests of the budgets read it.

use std::cell::RefCell;
use std::future::Future;

use serde::Serialize;

/// The calls of one request.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Usage {
    pub dynamodb: u32,
    pub kms: u32,
    pub ses: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub secrets_manager: u32,
    #[serde(skip_serializing_if = "is_zero")]
    pub event_bridge: u32,
    /// Events that were published.
    #[serde(skip_serializing_if = "is_zero")]
    pub events: u32,
    /// DynamoDB read capacity units.
    pub read_units: f64,
    /// DynamoDB write capacity units.
    pub write_units: f64,
    /// Passwords that were accepted without a look into published breaches, because there was no answer.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_breach_checks: u32,
    /// Sign-ins that were refused for their credentials, second factors included.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_sign_ins: u32,
    /// Passwords that failed attempts have locked.
    #[serde(skip_serializing_if = "is_zero")]
    pub lockouts: u32,
    /// Requests beyond a rate limit.
    #[serde(skip_serializing_if = "is_zero")]
    pub throttles: u32,
    /// Calls that KMS refused because the account makes too many.
    #[serde(skip_serializing_if = "is_zero")]
    pub kms_throttles: u32,
    /// Looks at a key that signs for longer than it should, because its rotation fails.
    #[serde(skip_serializing_if = "is_zero")]
    pub late_rotations: u32,
    /// Mails that the built-in template made in place of one that administrators keep.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_templates: u32,
    /// Attempts at mails that have failed.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_mails: u32,
    /// Mails that were given up, and wait for an operator.
    #[serde(skip_serializing_if = "is_zero")]
    pub undeliverable_mails: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    DynamoDb,
    Kms,
    Ses,
    SecretsManager,
    EventBridge,
}

tokio::task_local! {
    static USAGE: RefCell<Usage>;
}

/// Runs `work` and returns its usage. Calls of spawned tasks are not counted, so nothing that calls AWS may be spawned.
pub async fn measure<F: Future>(work: F) -> (F::Output, Usage) {
    USAGE
        .scope(RefCell::default(), async {
            let output = work.await;
            (output, USAGE.with(RefCell::take))
        })
        .await
}

/// Counts a call, whether it succeeds or not; outside of [`measure`] nothing is counted.
pub fn record_call(service: Service) {
    update(|usage| match service {
        Service::DynamoDb => usage.dynamodb += 1,
        Service::Kms => usage.kms += 1,
        Service::Ses => usage.ses += 1,
        Service::SecretsManager => usage.secrets_manager += 1,
        Service::EventBridge => usage.event_bridge += 1,
    });
}

pub fn record_capacity(read_units: f64, write_units: f64) {
    update(|usage| {
        usage.read_units += read_units;
        usage.write_units += write_units;
    });
}

pub fn record_failed_breach_check() {
    update(|usage| usage.failed_breach_checks += 1);
}

pub fn record_failed_sign_in() {
    update(|usage| usage.failed_sign_ins += 1);
}

pub fn record_lockout() {
    update(|usage| usage.lockouts += 1);
}

pub fn record_throttle() {
    update(|usage| usage.throttles += 1);
}

pub fn record_event() {
    update(|usage| usage.events += 1);
}

pub fn record_kms_throttle() {
    update(|usage| usage.kms_throttles += 1);
}

pub fn record_late_rotation() {
    update(|usage| usage.late_rotations += 1);
}

pub fn record_failed_template() {
    update(|usage| usage.failed_templates += 1);
}

pub fn record_failed_mail() {
    update(|usage| usage.failed_mails += 1);
}

pub fn record_undeliverable_mail() {
    update(|usage| usage.undeliverable_mails += 1);
}

fn update(change: impl FnOnce(&mut Usage)) {
    // Absent outside of a request: at start-up and in some tests.
    let _ = USAGE.try_with(|usage| change(&mut usage.borrow_mut()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn counts_belong_to_the_request_that_caused_them() {
        record_call(Service::Kms);
        let ((), usage) = measure(async {
            record_call(Service::DynamoDb);
            record_capacity(2.0, 0.0);
        })
        .await;
        assert_eq!(
            usage,
            Usage {
                dynamodb: 1,
                read_units: 2.0,
                ..Usage::default()
            }
        );
    }
}
