//! The first administrator: at the start of the service, or by a command against a data folder or a table in AWS. The command is
//! the operator's; only the data folder is known here.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use operator::{Actor, Connection, Failure, NoConnection, Report, Task};
use shared::clock::{Clock as _, SystemClock};
use shared::config::Override;
use shared::contract::better_auth::PASSWORD_RULES;
use shared::domain::email::InvalidEmail;
use shared::domain::password::WeakPassword;
use shared::domain::{EmailAddress, NewPassword};
use shared::operations::{self, Core, CreateAdminError};
use zeroize::Zeroizing;

use crate::args::{self, Place};
use crate::service::{self, StartError};

/// An address and a password that may become an administrator's.
#[derive(Clone)]
pub struct Admin {
    email: EmailAddress,
    password: NewPassword,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidAdmin {
    #[error("must be EMAIL:PASSWORD")]
    NotAPair,
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    #[error(transparent)]
    Password(#[from] WeakPassword),
}

/// Why the command made nobody.
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
    /// Whether the command line, or a setting, asks for what cannot be.
    pub fn is_misuse(&self) -> bool {
        match self {
            Self::NoFolder(_) => true,
            Self::Start(error) => error.is_misuse(),
            Self::Connection(error) => error.is_misuse(),
            Self::Failure(failure) => matches!(failure, Failure::Misuse(_)),
        }
    }
}

impl Admin {
    pub(crate) async fn create(self, core: &Core) -> Result<(), CreateAdminError> {
        let command = operations::CreateAdmin {
            email: self.email,
            password: self.password,
        };
        core.create_admin(command, SystemClock.now()).await.map(drop)
    }
}

/// `EMAIL:PASSWORD`. No address has a colon outside of quotes; passwords may.
impl FromStr for Admin {
    type Err = InvalidAdmin;

    fn from_str(text: &str) -> Result<Self, InvalidAdmin> {
        let (email, password) = text.split_once(':').ok_or(InvalidAdmin::NotAPair)?;
        Ok(Self {
            email: EmailAddress::parse(email)?,
            password: NewPassword::parse(password, PASSWORD_RULES)?,
        })
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}

/// `local admin create`.
pub async fn create(command: args::CreateAdmin) -> Result<(), CreateError> {
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
        // A mistyped name would make a new folder with nobody but an administrator in it.
        if !folder.is_dir() {
            return Err(CreateError::NoFolder(folder));
        }
        let (_aws, core) = service::core_in(folder).await?;
        return Ok(operator::run(&core, task, &Actor::DataFolder, SystemClock.now()).await?);
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
