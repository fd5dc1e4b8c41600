//! Administration of the service: creating administrators, showing and lifting the suppression of an address, showing
//! the keys.
//!
//! One binary is both a command (`args`, `connection`, `password`) and a Lambda function (`function`), which is only
//! invoked directly. Both run a [`Task`]; `report` has its result, [`Failure`] its error, and each run writes an audit
//! event (`audit`). The operations themselves are in `shared`.

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
