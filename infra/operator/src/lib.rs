//! What whoever runs the service does to it: making administrators, seeing and lifting what stands against an address, seeing
//! the keys.
//!
//! One binary comes in by two ways: as a command (`args`, `connection`, `password`), and as a Lambda function that nothing but an
//! invocation reaches (`function`). Both end in a [`Task`]; `report` says what came of it, [`Failure`] what did not, and each run
//! leaves a line for auditors (`audit`). What a task does to the service is an operation's of `shared`.

pub mod args;
mod audit;
mod connection;
mod failure;
mod function;
mod logs;
pub mod password;
mod report;
mod table;
mod task;

pub use audit::Actor;
pub use connection::{Connected, Connection, NoConnection};
pub use failure::{Failure, Misuse, Refusal};
pub use function::{invoke, serve};
pub use logs::init as init_logs;
pub use report::Report;
pub use task::{Task, run};
