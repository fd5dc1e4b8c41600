//! Administration of the service: creating administrators, showing and lifting the suppression of an address, showing
//! the keys, importing and exporting users, and examining the deployment (`doctor`).
//!
//! One binary is both a command (`args`, `connection`, `password`) and a Lambda function (`function`), which is only
//! invoked directly. Both run a [`Task`]; `report` has its result, [`Failure`] its error, and each run writes an audit
//! event (`audit`). The operations themselves are in `shared`.

pub mod args;
mod audit;
mod connection;
pub mod doctor;
mod failure;
mod function;
mod logs;
pub mod password;
mod report;
mod table;
mod task;
pub mod trail;
pub mod transfer;

pub use audit::Actor;
pub use connection::{Connected, Connection, NoConnection};
pub use failure::{Failure, Misuse, Refusal};
pub use function::{invoke, serve};
pub use logs::init as init_logs;
pub use report::Report;
pub use task::{Task, run};

/// Reports and exports hold personal data and secrets, so only the owner of the file may read it.
fn private_file(options: &mut std::fs::OpenOptions) -> &mut std::fs::OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
