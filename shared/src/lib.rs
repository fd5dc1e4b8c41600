//! Ostiary's identity core, from the inside out.
//!
//! `domain` says what is true. `store` (DynamoDB), `signer` (KMS), `mailer` (SES), `event_bus` (EventBridge) and `secrets`
//! (Secrets Manager) are what operations act upon, and with `aws` the only modules that name an AWS SDK type. `webauthn`
//! verifies what authenticators sign. `operations` is what the service does, one verb per file. `http` is what all
//! handlers share, `contract` the vocabulary of the five HTTP contracts, and `function` runs a function's routes on
//! Lambda.

pub mod audit;
pub mod aws;
mod backoff;
pub mod captcha;
pub mod clock;
pub mod config;
pub mod contract;
pub mod domain;
pub mod entropy;
pub mod event_bus;
pub mod function;
pub mod http;
pub mod languages;
pub mod mailer;
pub mod operations;
pub mod outbound;
pub mod passwords;
pub mod policies;
pub mod secrets;
pub mod signer;
pub mod sns;
pub mod social;
pub mod store;
pub mod table_stream;
mod templates;
#[cfg(feature = "testkit")]
pub mod testkit;
pub mod usage;
pub mod webauthn;
