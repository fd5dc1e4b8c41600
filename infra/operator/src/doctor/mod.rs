//! The doctor: checks what a deployment needs around the service, and says for each finding what to do.
//!
//! It only reads. `finding` is the result of one check; the other files each check one part. A check whose permission is
//! missing says so, and the others go on.

mod finding;
mod keys;
mod mail;
mod outbox;
mod reach;
mod secrets;
mod table;
mod topics;

use std::fmt;

use aws_config::SdkConfig;
use jiff::Timestamp;
use serde::Serialize;
use shared::config::Config;
use shared::operations::Core;

pub use finding::{Finding, Status};

/// What the settings of a deployment do not name: see the outputs of the stack.
#[derive(Debug, Default, Clone, clap::Args)]
pub struct Around {
    /// The topic that alarms go to, the stack's output `AlarmTopicArn`
    #[arg(long, value_name = "ARN")]
    pub alarm_topic: Option<String>,
    /// A dead-letter queue, the stack's outputs `UndeliveredMailQueueUrl` and `UntakenMailEventsQueueUrl`; may be repeated
    #[arg(long = "queue", value_name = "URL")]
    pub queues: Vec<String>,
}

/// The deployment to check.
#[derive(Debug, Clone, Copy)]
pub struct Deployment<'a> {
    pub core: &'a Core,
    pub config: &'a Config,
    pub sdk: &'a SdkConfig,
    pub around: &'a Around,
}

#[derive(Debug, Serialize)]
pub struct Diagnosis {
    findings: Vec<Finding>,
}

impl Deployment<'_> {
    /// All checks, in the order in which a deployment is set up.
    pub async fn examine(&self, now: Timestamp) -> Diagnosis {
        // Each future has those of several calls, which are large.
        let (reach, table, keys, secrets) = futures_util::join!(
            Box::pin(reach::check(self, now)),
            Box::pin(table::check(self)),
            Box::pin(keys::check(self, now)),
            Box::pin(secrets::check(self)),
        );
        let (mail, topics, outbox) = futures_util::join!(
            Box::pin(mail::check(self)),
            Box::pin(topics::check(self)),
            Box::pin(outbox::check(self, now)),
        );
        Diagnosis {
            findings: [reach, table, keys, secrets, mail, topics, outbox].concat(),
        }
    }
}

impl Diagnosis {
    pub fn has_failed(&self) -> bool {
        self.findings.iter().any(|finding| finding.status == Status::Failed)
    }

    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.findings.iter().try_for_each(|finding| finding.fmt(f))
    }
}
