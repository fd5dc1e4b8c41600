//! The whole service on one machine, as its users meet it: an HTTP API in front of the functions, and AWS behind them.
//!
//! Modules depend in one direction: `main` reads `args` and runs `service` (start and stop) or `create_admin`.
//! `service` uses `gateway` (API Gateway and Lambda), `outbox` (the poller of the table's stream), `subscription` (the
//! topic of mail events) and `pages` (`/_local`, which exists only here); those use `functions`, `calls` and
//! `response`. `settings` and `deployment` say what is configured, and `logs` how lines are written. DynamoDB, KMS, SES and SNS are the crate
//! `local-aws`. No function knows that it runs here.

pub mod admin;
pub mod args;
mod audit;
mod calls;
pub mod create_admin;
mod deployment;
mod functions;
mod gateway;
pub mod logs;
mod outbox;
mod pages;
mod response;
mod service;
pub mod settings;
mod subscription;
mod welcome;

pub use gateway::CutOff;
pub use service::{Options, Service, StartError};
