//! DynamoDB, EventBridge, KMS, Secrets Manager, SES and SNS on one loopback port, for the local service and the tests.
//!
//! Clients are the official SDKs with `AWS_ENDPOINT_URL` set to [`LocalAws::endpoint_url`], so production code has one
//! path and does not know that it runs against this crate.
//!
//! Modules depend in one direction: `local_aws` (start and stop) uses `server` (one endpoint, [`Faults`],
//! authorization), which uses one module per service: `dynamodb` (an embedded engine behind a proxy), `kms` (real keys,
//! real cryptography), `secrets_manager`, `ses`, `sns` and `event_bridge` (they record what they receive), `logs` (what the local
//! service wrote). The services use `iam` to name the permission
//! that a request needs; `iam` uses [`template`], which reads `template.yaml`. `stream` polls the engine as Lambda
//! polls DynamoDB streams. `ambient`, `files`, `faults`, `mailbox` and `wire` use no module above them.

mod ambient;
mod dynamodb;
mod event_bridge;
mod faults;
mod files;
mod iam;
mod kms;
mod local_aws;
mod logs;
mod mailbox;
mod secrets_manager;
mod server;
mod ses;
mod sns;
mod sqs;
mod stream;
pub mod template;
mod wire;

pub use dynamodb::CreateTableError;
pub use event_bridge::BusEvent;
pub use faults::{Faults, Mode, Service, UnknownName};
pub use iam::{Deployment, EnforceError, Grant, Permissions, PolicyError};
pub use local_aws::{LocalAws, Options, StartError};
pub use mailbox::{Mail, Mailbox};
pub use ses::{Account as SesAccount, FEEDBACK_TOPIC, Feedback, Identity, Refused, Sending, identity};
pub use sns::{Published, Subscription};
