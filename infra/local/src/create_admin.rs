//! The command `local admin create`, for a data folder or a table in AWS. The crate `operator` performs the task.

use std::path::PathBuf;

use operator::{Actor, Connection, Failure, NoConnection, Report, Task};
use shared::clock::{Clock as _, SystemClock};
use shared::config::Override;
use zeroize::Zeroizing;

use crate::args::{CreateAdmin, Place};
use crate::service::{self, StartError};

/// Why no administrator was created.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("there is no data folder {}", .0.display())]
    NoFolder(PathBuf),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Connection(#[from] NoConnection),
    #[error(transparent)]
    Failure(#[from] Failure),
}

impl CreateError {
    /// Whether the cause is an invalid argument or setting.
    pub fn is_misuse(&self) -> bool {
        match self {
            Self::NoFolder(_) => true,
            Self::Start(error) => error.is_misuse(),
            Self::Connection(error) => error.is_misuse(),
            Self::Failure(failure) => matches!(failure, Failure::Misuse(_)),
        }
    }
}

/// `local admin create`.
pub async fn create(command: CreateAdmin) -> Result<(), CreateError> {
    let password = match command.password {
        Some(password) => Zeroizing::new(password),
        None => operator::password::read().map_err(Failure::from)?,
    };
    let task = Task::create_admin(command.email, &password).map_err(Failure::from)?;
    print!("{}", run(command.place, task).await?);
    Ok(())
}

async fn run(place: Place, task: Task) -> Result<Report, CreateError> {
    if let Some(folder) = place.data {
        // A mistyped name would create a new folder with only an administrator in it.
        if !folder.is_dir() {
            return Err(CreateError::NoFolder(folder));
        }
        let (_aws, core, bus) = service::core_in(folder).await?;
        return Ok(operator::run(&core, &bus, task, &Actor::DataFolder, SystemClock.now()).await?);
    }
    let table = place.table.map(|table| Override {
        key: "TABLE_NAME",
        value: table,
    });
    let connection = Connection {
        overrides: table.into_iter().collect(),
        endpoint: None,
    };
    Ok(connection.open().await?.run(task).await?)
}
