//! DynamoDB, KMS, SES and SNS on one loopback port, for the local service and the tests.
//!
//! Clients are the official SDKs with `AWS_ENDPOINT_URL` set to [`LocalAws::endpoint_url`], so production code has one
//! path and does not know that it runs here. One module per service: `dynamodb` (an embedded engine behind a proxy),
//! `kms` (real keys, real cryptography), `ses` and `sns` (which capture what is sent). `server` tells the services
//! apart and applies [`Faults`] and what `iam` says; `stream` stands where Lambda polls DynamoDB streams; [`template`] reads
//! `template.yaml`.

mod ambient;
mod dynamodb;
mod faults;
mod files;
mod iam;
mod kms;
mod local_aws;
mod mailbox;
mod server;
mod ses;
mod sns;
mod stream;
pub mod template;
mod wire;

pub use dynamodb::CreateTableError;
pub use faults::{Faults, Mode, Service, UnknownName};
pub use iam::{Deployment, Grant, Permissions, PolicyError};
pub use local_aws::{EnforceError, LocalAws, Options, StartError};
pub use mailbox::{Mail, Mailbox};
pub use ses::{Feedback, identity};
pub use sns::Published;
