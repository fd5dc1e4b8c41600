//! The whole service on one machine, as its users meet it: an HTTP API in front of the functions, and AWS behind them.
//!
//! `service` starts everything and is where to begin. `gateway` stands for API Gateway and Lambda, `outbox` for the poller of
//! the table's stream, `subscription` for the topic of mail events; DynamoDB, KMS, SES and SNS are the crate `local-aws`. What only exists here is under `/_local`:
//! `mailbox`, `calls` and `fault`, put together in `pages`. No function knows that any of this exists.

pub mod admin;
pub mod args;
mod calls;
mod deployment;
mod fault;
mod functions;
mod gateway;
mod mailbox;
mod outbox;
mod pages;
mod service;
pub mod settings;
mod subscription;
mod welcome;

pub use service::{Options, Service, StartError};
